package org.vertxipc.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.IpcBusState;

/**
 * How fast a node's counters have grown between two looks at it, by the times at which the node
 * wrote them: how long the looks themselves were apart says nothing about when it counted.
 */
final class Rates {
  /** A file is at most this old, so nothing that it does not have was counted longer ago. */
  private static final long STALE_MILLIS = 1_000;

  private static final double SECOND = 1_000;

  private record Key(String name, Map<String, String> tags) {}

  private Rates() {}

  /**
   * Returns how much each of a node's counters has grown per second.
   *
   * @param before the node as it was, null when it was not there
   * @param lookedMillis when it was looked at then
   * @param now the node as it is
   * @return in the order of its counters; null for a number that does not count, and where nobody
   *     can tell, because the node is another of the same name
   */
  static List<Double> perSecond(IpcBusState.Node before, long lookedMillis, IpcBusState.Node now) {
    List<Double> rates = new ArrayList<>();
    boolean isSame = before != null && before.startedMillis() == now.startedMillis();
    isSame = isSame && before.pid() == now.pid() && !before.counters().isEmpty();
    Map<Key, Long> values = new HashMap<>();
    if (isSame) {
      before.counters().forEach(c -> values.put(new Key(c.name(), c.tags()), c.value()));
    }
    double seconds = isSame ? seconds(before.asOfMillis(), lookedMillis, now.asOfMillis()) : 0;
    for (IpcBusState.Count count : now.counters()) {
      if (!isSame || count.level()) {
        rates.add(null);
        continue;
      }
      long more = count.value() - values.getOrDefault(new Key(count.name(), count.tags()), 0L);
      if (more == 0) {
        rates.add(0.0);
      } else {
        // A peer that came back begins anew; a clock that was set back says nothing.
        rates.add(more > 0 && seconds > 0 ? (Double) (more / seconds) : null);
      }
    }
    return rates;
  }

  /**
   * Returns in which time the numbers have grown. After a quiet time the one before is old, and
   * still was right until shortly before it was looked at.
   */
  private static double seconds(long before, long lookedMillis, long now) {
    long rightUntil = Math.min(lookedMillis, now) - STALE_MILLIS;
    return (now - Math.max(before, rightUntil)) / SECOND;
  }
}
