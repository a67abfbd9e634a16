package org.vertxipc.bridge;

import java.util.Locale;
import java.util.Map;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;

/** What a bridge has done so far. Written on the bridge's context, read by anyone. */
public final class Counters {
  private static final Map<String, String> ALL = Map.of();

  /** Messages written to peers. */
  public final Counter sent;

  /** Messages of peers delivered here. */
  public final Counter received;

  /** Peers that died or were cut off. */
  public final Counter lostPeers;

  /** Messages left for nodes in their stores. */
  final Counter stored;

  /** Messages that came out of a store, and had been given to a consumer before. */
  final Counter redelivered;

  private final CounterSet shown;

  /** Creates counters that stand at 0, and shows what did not arrive. */
  Counters(Losses losses, CounterSet shown) {
    this.shown = shown;
    this.sent = shown.counter(this, "messages.sent", ALL);
    this.received = shown.counter(this, "messages.received", ALL);
    this.stored = shown.counter(this, "messages.stored", ALL);
    this.redelivered = shown.counter(this, "messages.redelivered", ALL);
    this.lostPeers = shown.counter(this, "peers.lost", ALL);
    for (Loss reason : Loss.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
      String what = reason == Loss.DUPLICATE ? "messages.duplicate" : "messages.lost";
      shown.count(this, what, Map.of("reason", name), () -> losses.count(reason));
    }
  }

  /**
   * Returns all that is shown to others.
   *
   * @return live
   */
  public CounterSet shown() {
    return shown;
  }
}
