package org.vertxipc.channel.ring;

import org.vertxipc.ring.RingConsumer;

/** Whether a ring is looked at, and since when in vain. One thread only. */
final class Parking {
  // Not looked at: so it starts.
  private boolean parked = true;
  private boolean silent;
  private long silentSince;

  /** See {@link PolledRing#silentFor}. */
  long silentFor(long now) {
    if (!silent) {
      silent = true;
      silentSince = now;
    }
    return now - silentSince;
  }

  /** Something was taken. */
  void heard() {
    silent = false;
  }

  /** See {@link PolledRing#park}; the consumer is null when nothing is to be taken now. */
  boolean park(RingConsumer consumer) {
    parked = consumer == null || consumer.park();
    return parked;
  }

  /** Not looked at any more, whatever is there. */
  void giveUp() {
    parked = true;
  }

  /** See {@link PolledRing#unpark}. */
  boolean unpark(RingConsumer consumer) {
    boolean was = parked;
    if (was) {
      parked = false;
      silent = false;
      consumer.unpark();
    }
    return was;
  }
}
