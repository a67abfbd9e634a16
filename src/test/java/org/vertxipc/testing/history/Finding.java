package org.vertxipc.testing.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Why the history of an object is not linearizable.
 *
 * @param prefix its shortest beginning that is not
 * @param end the return that is too much, with which the prefix ends
 * @param order one in which what was known before that may have taken effect
 * @param state after that order
 */
public record Finding(List<Operation> prefix, long end, List<Operation> order, String state) {
  private static final int SHOWN = 12;
  private static final double MICROSECOND = 1_000;

  /** The object whose history it is. */
  public String object() {
    return prefix.get(0).object();
  }

  /** The operation that returned what can't be. */
  public Operation refused() {
    return prefix.stream().filter(op -> op.returned() == end).findFirst().orElseThrow();
  }

  /** Those that it overlapped, and the last ones before it, in the order of their invocations. */
  public List<Operation> around() {
    Operation refused = refused();
    List<Operation> near = new ArrayList<>(prefix.stream().filter(refused::overlaps).toList());
    prefix.stream()
        .filter(op -> !refused.overlaps(op))
        .sorted(Comparator.comparingLong(Operation::returned).reversed())
        .limit(SHOWN)
        .forEach(near::add);
    near.sort(Comparator.comparingLong(Operation::invoked));
    return near;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(object())
        .append(" is not linearizable: of ")
        .append(prefix.size())
        .append(" operations the last one to return can't have had its result\n  ")
        .append(refused())
        .append("\nbefore it this may have been the order, which led to the state '")
        .append(state)
        .append("':\n");
    for (Operation each : order.subList(Math.max(0, order.size() - SHOWN), order.size())) {
      text.append("  ").append(each).append('\n');
    }
    text.append("around it, in microseconds before its return:\n");
    for (Operation each : around()) {
      text.append(each.equals(refused()) ? "> " : "  ")
          .append(
              String.format(
                  "%10.1f %10s  ",
                  (end - each.invoked()) / MICROSECOND,
                  each.isPending()
                      ? ""
                      : String.format("%.1f", (end - each.returned()) / MICROSECOND)))
          .append(each)
          .append('\n');
    }
    return text.toString();
  }
}
