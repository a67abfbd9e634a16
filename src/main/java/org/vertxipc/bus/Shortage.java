package org.vertxipc.bus;

import org.vertxipc.posix.PosixException;

/**
 * Something that others use up and may give back: the wait before it is tried again, which grows.
 * One thread only.
 */
final class Shortage {
  private static final String[] ERRORS = {
    "EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT", "EAGAIN", "ENOBUFS"
  };
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;

  private long delay = FIRST_MILLIS / 2;
  private boolean waiting;

  static boolean isOne(Throwable cause) {
    return cause instanceof PosixException e && e.is(ERRORS);
  }

  long nextDelay() {
    waiting = true;
    delay = Math.min(delay * 2, LONGEST_MILLIS);
    return delay;
  }

  void over() {
    waiting = false;
  }

  boolean isWaiting() {
    return waiting;
  }
}
