package org.vertxipc.channel.ring;

/**
 * Says when a polling thread that finds nothing offers its core to others. On a machine with few
 * cores the thread that has something to send may wait for that very core; where it has a core of
 * its own, the system call stands in the way of the answer that is being waited for. What a yield
 * has cost tells one from the other: when nobody else wanted the core it returns at once.
 *
 * <p>Times are those of {@link System#nanoTime}. One thread only.
 */
final class YieldPace {
  /** How long to poll in vain before a yield where others are known to want the core. */
  static final long SOON_NANOS = 1_000;

  /** How long to poll in vain before a yield at most. */
  static final long LATE_NANOS = 20_000;

  /** For how long others are taken to want the core when a yield has let one run. */
  static final long SHARED_NANOS = 1_000_000;

  // A yield in vain may cost this share of the time between two.
  private static final int SHARE = 10;
  // A yield that takes so many times as long as the cheapest has let another thread run.
  private static final int LONG = 4;

  private long idleSince;
  private long sharedUntil;
  private boolean shared;
  private long cheapest = LATE_NANOS;
  private long pause = SOON_NANOS;

  /**
   * Notes that there was something to do.
   *
   * @param now when
   */
  void worked(long now) {
    idleSince = now;
  }

  /**
   * Returns whether a thread that has found nothing offers its core now.
   *
   * @param now when
   * @return true once it has polled in vain, or since the last yield, for long enough
   */
  boolean isDue(long now) {
    long idle = now - idleSince;
    return idle >= pause || (idle >= SOON_NANOS && isShared(now));
  }

  private boolean isShared(long now) {
    shared = shared && now - sharedUntil < 0;
    return shared;
  }

  /**
   * Notes a yield.
   *
   * @param from when it began
   * @param to when it returned
   */
  void yielded(long from, long to) {
    long cost = Math.max(0, to - from);
    if (cost > LONG * cheapest) {
      shared = true;
      sharedUntil = to + SHARED_NANOS;
    }
    // What was cheapest is forgotten slowly, for a machine whose system calls become dearer.
    cheapest = Math.min(cost, cheapest + cheapest / 64 + 1);
    pause = Math.max(SOON_NANOS, Math.min(LATE_NANOS, SHARE * cheapest));
    idleSince = to;
  }
}
