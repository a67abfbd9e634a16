package org.vertxipc.testing.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks whether a history of operations is linearizable: whether each can have taken effect at one
 * moment between its invocation and its return, so that all results are those of objects on which
 * one operation after the other takes effect. One that did not return, because its client was
 * killed, may have taken effect at any time after its invocation, or never.
 *
 * <p>A history is linearizable when that of each of its objects is (M. P. Herlihy and J. M. Wing,
 * <i>Linearizability: a correctness condition for concurrent objects</i>, TOPLAS 12(3), 1990), so
 * each is checked alone. The check of one searches an order from front to back, and goes back when
 * it has come to a return whose operation has not found a place (J. M. Wing and C. Gong, <i>Testing
 * and verifying concurrent objects</i>, Journal of Parallel and Distributed Computing 17, 1993). It
 * never goes on twice from the same state after the same operations (G. Lowe, <i>Testing for
 * linearizability</i>, Concurrency and Computation: Practice and Experience 29(4), 2017).
 */
public final class Linearizability {
  private Linearizability() {}

  /** Returns what is wrong, for each object whose history is not linearizable. */
  public static List<Finding> check(Collection<Operation> history) {
    List<Finding> findings = new ArrayList<>();
    byObject(history)
        .forEach(
            (object, operations) -> {
              Finding finding = check(Model.of(object), operations);
              if (finding != null) {
                findings.add(finding);
              }
            });
    return findings;
  }

  /** Returns the operations of each object. */
  public static Map<String, List<Operation>> byObject(Collection<Operation> history) {
    Map<String, List<Operation>> objects = new TreeMap<>();
    for (Operation operation : history) {
      objects.computeIfAbsent(operation.object(), object -> new ArrayList<>()).add(operation);
    }
    return objects;
  }

  private static <S> Finding check(Model<S> model, List<Operation> history) {
    if (new Search<>(model, history).succeeds()) {
      return null;
    }
    List<Long> returns =
        history.stream().filter(op -> !op.isPending()).map(Operation::returned).sorted().toList();
    // What comes before a moment is linearizable if all is: so the first return that is too much
    // can be found by halving.
    int right = -1;
    int wrong = returns.size() - 1;
    while (wrong - right > 1) {
      int middle = (right + wrong) >>> 1;
      if (new Search<>(model, until(returns.get(middle), history)).succeeds()) {
        right = middle;
      } else {
        wrong = middle;
      }
    }
    long end = returns.get(wrong);
    Search<S> before =
        new Search<>(model, until(right < 0 ? end - 1 : returns.get(right), history));
    if (!before.succeeds()) {
      throw new IllegalStateException("it was linearizable a moment ago");
    }
    return new Finding(until(end, history), end, before.order(), before.state().toString());
  }

  /** What was known at a time. */
  private static List<Operation> until(long time, List<Operation> history) {
    return history.stream()
        .filter(op -> op.invoked() <= time)
        .map(op -> op.returned() <= time ? op : op.pending())
        .toList();
  }
}
