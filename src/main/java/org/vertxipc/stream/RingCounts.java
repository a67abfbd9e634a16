package org.vertxipc.stream;

import java.util.Map;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.LoopCounts;

/** What the connections of one event loop have done by rings. Counted on the loop. */
final class RingCounts {
  final Counter sent = new Counter();
  final Counter received = new Counter();
  final Counter full = new Counter();
  private final CounterSet shown;
  private final LoopCounts loop;

  /**
   * Shows them.
   *
   * @param shown where
   * @param loop what the loop does
   * @param number which loop
   */
  RingCounts(CounterSet shown, LoopCounts loop, int number) {
    this.shown = shown;
    this.loop = loop;
    Map<String, String> tags = Map.of("loop", Integer.toString(number));
    shown.count(this, "connections.bytes.sent", tags, sent::sum);
    shown.count(this, "connections.bytes.received", tags, received::sum);
    shown.count(this, "connections.full", tags, full::sum);
    loop.show(shown, tags);
  }

  void remove() {
    shown.remove(this);
    shown.remove(loop);
  }
}
