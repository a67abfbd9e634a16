package org.vertxipc.bridge;

/**
 * What is still to be said of one address and reason. Thread-safe: each count is said once. Whoever
 * is to say something first asks whether it is time, then takes the count; between the two others
 * may count on, or take it.
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
    /** It is to be said now. */
    SAY,
    /** A later one says it. */
    WAIT,
    /** It was not counted: another log has taken the place of this one. */
    RETIRED
  }

  /**
   * What is to be said.
   *
   * @param first whether nothing was said before
   * @param count how many messages since the last time
   * @param seconds how long that is ago, rounded up
   * @param node the peer, or null
   * @param detail what happened; null when that was never said
   */
  record Report(boolean first, long count, long seconds, String node, String detail) {}

  synchronized Turn count(long now) {
    if (retired) {
      return Turn.RETIRED;
    }
    unsaid++;
    return isQuiet(now, SECOND) ? Turn.SAY : Turn.WAIT;
  }

  /** Takes what is counted, to be said with what is known now; null when another has said it. */
  synchronized Report take(long now, String node, String detail) {
    if (!isQuiet(now, SECOND)) {
      return null;
    }
    this.node = node;
    this.detail = detail;
    return takeLate(now);
  }

  /** Takes what is counted, to be said with what was known the last time; null for nothing. */
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

  /** Ends this log when nothing was to be said for a minute. */
  synchronized boolean retire(long now) {
    retired |= spoken && unsaid == 0 && isQuiet(now, QUIET);
    return retired;
  }

  private boolean isQuiet(long now, long nanos) {
    return !spoken || now - spokenAt >= nanos;
  }
}
