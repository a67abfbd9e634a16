package org.vertxipc.machine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The locks: of each, the tickets in the order in which they came. */
public final class Locks {
  private final Map<String, Set<Ticket>> all = new TreeMap<>();
  private final MachineListener listener;

  Locks(MachineListener listener) {
    this.listener = listener;
  }

  boolean acquire(String lock, Ticket ticket) {
    Set<Ticket> queue = all.computeIfAbsent(lock, l -> new LinkedHashSet<>());
    queue.add(ticket);
    return ticket.equals(queue.iterator().next());
  }

  boolean release(String lock, Ticket ticket) {
    Set<Ticket> queue = all.get(lock);
    Ticket before = holder(lock);
    if (queue == null || !queue.remove(ticket)) {
      return false;
    }
    if (queue.isEmpty()) {
      all.remove(lock);
    } else if (ticket.equals(before)) {
      listener.granted(lock, queue.iterator().next());
    }
    return true;
  }

  /** A node has left: its tickets are worth nothing. */
  void forget(String node) {
    Iterator<Map.Entry<String, Set<Ticket>>> each = all.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Set<Ticket>> lock = each.next();
      Set<Ticket> queue = lock.getValue();
      Ticket before = queue.iterator().next();
      queue.removeIf(ticket -> ticket.node().equals(node));
      if (queue.isEmpty()) {
        each.remove();
      } else if (!queue.iterator().next().equals(before)) {
        listener.granted(lock.getKey(), queue.iterator().next());
      }
    }
  }

  /**
   * Returns who holds a lock.
   *
   * @param lock its name
   * @return null when nobody does
   */
  public Ticket holder(String lock) {
    Set<Ticket> queue = all.get(lock);
    return queue == null ? null : queue.iterator().next();
  }

  /**
   * Returns the tickets of a lock.
   *
   * @param lock its name
   * @return a copy: the holder, then who waits
   */
  public List<Ticket> tickets(String lock) {
    return new ArrayList<>(all.getOrDefault(lock, Set.of()));
  }

  /**
   * Returns the names of the locks that somebody holds.
   *
   * @return a copy, in the order of the names
   */
  public List<String> names() {
    return new ArrayList<>(all.keySet());
  }

  /** Tells of every lock whose holder is another than that of a machine before. */
  void tellChanges(Locks before, MachineListener to) {
    for (String lock : all.keySet()) {
      Ticket holder = holder(lock);
      if (!holder.equals(before.holder(lock))) {
        to.granted(lock, holder);
      }
    }
  }

  void snapshot(Consumer<Command<?>> to) {
    all.forEach(
        (name, queue) ->
            queue.forEach(
                ticket ->
                    to.accept(new LockCommand.Acquire(name, ticket.node(), ticket.number()))));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Locks locks
        && all.keySet().equals(locks.all.keySet())
        && all.keySet().stream().allMatch(lock -> tickets(lock).equals(locks.tickets(lock)));
  }

  @Override
  public int hashCode() {
    return all.keySet().hashCode();
  }
}
