package org.vertxipc.bus;

import java.util.concurrent.TimeUnit;

/**
 * Lets one log line through in each second, where whoever may write to a file of this node could
 * fill the disk with log lines. One thread only.
 */
final class OncePerSecond {
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private long last = System.nanoTime() - 2 * NANOS;

  /** Returns whether another line may be logged now. */
  boolean permits() {
    long now = System.nanoTime();
    if (now - last < NANOS) {
      return false;
    }
    last = now;
    return true;
  }
}
