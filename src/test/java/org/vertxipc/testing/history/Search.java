package org.vertxipc.testing.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches an order for the operations of one object: see {@link Linearizability}.
 *
 * @param <S> the states of the object
 */
final class Search<S> {
  private final Model<S> model;
  // In the order in which they returned, so that those that have taken effect are, but for a few,
  // the first ones.
  private final List<Operation> operations;
  private final Event head = new Event(-1, 0, false);
  private final BitSet effective = new BitSet();
  private final Set<Seen<S>> seen = new HashSet<>();
  private final List<Step<S>> steps = new ArrayList<>();
  private S state;
  private int toReturn;

  /** An invocation or a return, in a list of those whose operation has not taken effect yet. */
  private static final class Event {
    private final int operation;
    private final long time;
    private final boolean isReturn;
    private Event returns;
    private Event before;
    private Event after;

    Event(int operation, long time, boolean isReturn) {
      this.operation = operation;
      this.time = time;
      this.isReturn = isReturn;
    }

    void unlink() {
      before.after = after;
      if (after != null) {
        after.before = before;
      }
    }

    void link() {
      before.after = this;
      if (after != null) {
        after.before = this;
      }
    }
  }

  /** An operation that has taken effect, and the state before it. */
  private record Step<S>(Event invocation, S before) {}

  /**
   * What the search has come to: what follows depends on nothing else.
   *
   * @param state of the object
   * @param first all operations before this one have taken effect, and this one has not
   * @param others that have taken effect
   */
  private record Seen<S>(S state, int first, List<Integer> others) {}

  Search(Model<S> model, List<Operation> history) {
    this.model = model;
    this.operations = new ArrayList<>(history);
    operations.sort(Comparator.comparingLong(Operation::returned));
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      Event invocation = new Event(i, operations.get(i).invoked(), false);
      events.add(invocation);
      if (!operations.get(i).isPending()) {
        invocation.returns = new Event(i, operations.get(i).returned(), true);
        events.add(invocation.returns);
        toReturn++;
      }
    }
    // Of two events at the same time nobody knows which came first.
    events.sort(
        Comparator.<Event>comparingLong(event -> event.time)
            .thenComparing(event -> event.isReturn));
    Event last = head;
    for (Event event : events) {
      event.before = last;
      last.after = event;
      last = event;
    }
    this.state = model.initial();
  }

  /** Returns whether there is an order. It may be called once. */
  boolean succeeds() {
    Event event = head.after;
    while (toReturn > 0) {
      if (!event.isReturn) {
        event = takeEffect(event) ? head.after : event.after;
      } else if (steps.isEmpty()) {
        return false;
      } else {
        // This one has returned, and could not take effect before: something else was wrong.
        event = undo().after;
      }
    }
    return true;
  }

  private boolean takeEffect(Event invocation) {
    Operation operation = operations.get(invocation.operation);
    Optional<S> next = model.step(state, operation);
    // One that nobody was told of, and that changes nothing, might as well not take effect.
    if (next.isEmpty() || (operation.isPending() && next.get().equals(state))) {
      return false;
    }
    effective.set(invocation.operation);
    if (!seen.add(new Seen<>(next.get(), effective.nextClearBit(0), others()))) {
      effective.clear(invocation.operation);
      return false;
    }
    steps.add(new Step<>(invocation, state));
    state = next.get();
    invocation.unlink();
    if (invocation.returns != null) {
      invocation.returns.unlink();
      toReturn--;
    }
    return true;
  }

  private List<Integer> others() {
    List<Integer> others = new ArrayList<>();
    int bit = effective.nextSetBit(effective.nextClearBit(0));
    while (bit >= 0) {
      others.add(bit);
      bit = effective.nextSetBit(bit + 1);
    }
    return others;
  }

  private Event undo() {
    Step<S> step = steps.remove(steps.size() - 1);
    Event invocation = step.invocation();
    if (invocation.returns != null) {
      invocation.returns.link();
      toReturn++;
    }
    invocation.link();
    effective.clear(invocation.operation);
    state = step.before();
    return invocation;
  }

  /** The order that was found. */
  List<Operation> order() {
    return steps.stream().map(step -> operations.get(step.invocation().operation)).toList();
  }

  /** The state after it. */
  S state() {
    return state;
  }
}
