package org.vertxipc.bridge;

/**
 * Counts what has still to be logged for one address and reason. Thread-safe: each loss is logged
 * once. A caller first asks whether it is time to log, then takes the count; in between other
 * threads may add to it or take it.
 */
final class LossLog {
  private static final long SECOND = 1_000_000_000L;
  private static final long QUIET = 60 * SECOND;

  private boolean spoken;
  private boolean retired;
  private long spokenAt;
  private long unsaid;
  private String node;
  private String detail;

  /** What to do after a message was counted. */
  enum Turn {
    /** It is to be logged now. */
    SAY,
    /** A later report includes it. */
    WAIT,
    /** It was not counted, because another log has replaced this one. */
    RETIRED
  }

  /**
   * A report to be logged.
   *
   * @param first whether nothing was logged before
   * @param count how many messages since the last report
   * @param seconds how long ago that was, rounded up
   * @param node the peer, or null
   * @param detail what happened; null when that was never given
   */
  record Report(boolean first, long count, long seconds, String node, String detail) {}

  synchronized Turn count(long now) {
    if (retired) {
      return Turn.RETIRED;
    }
    unsaid++;
    return isQuiet(now, SECOND) ? Turn.SAY : Turn.WAIT;
  }

  /**
   * Takes the count, to be logged with the details known now; null when another thread has taken
   * it.
   */
  synchronized Report take(long now, String node, String detail) {
    if (!isQuiet(now, SECOND)) {
      return null;
    }
    this.node = node;
    this.detail = detail;
    return takeLate(now);
  }

  /** Takes the count, to be logged with the details known the last time; null when it is zero. */
  synchronized Report takeLate(long now) {
    if (unsaid == 0) {
      return null;
    }
    boolean first = !spoken;
    long seconds = first ? 0 : Math.max(1, (now - spokenAt + SECOND - 1) / SECOND);
    Report report = new Report(first, unsaid, seconds, node, detail);
    spoken = true;
    spokenAt = now;
    unsaid = 0;
    return report;
  }

  synchronized boolean isDue(long now) {
    return unsaid > 0 && spoken && isQuiet(now, SECOND);
  }

  /** Retires this log when there was nothing to log for a minute. */
  synchronized boolean retire(long now) {
    retired |= spoken && unsaid == 0 && isQuiet(now, QUIET);
    return retired;
  }

  private boolean isQuiet(long now, long nanos) {
    return !spoken || now - spokenAt >= nanos;
  }
}
