package org.vertxipc.store;

import java.util.function.LongConsumer;

/**
 * What of a ring is still needed: messages that are done out of order, while their room is released
 * in order. One thread only.
 */
final class AckWindow {
  private final LongConsumer release;
  private Kept first;
  private Kept last;

  /**
   * A window.
   *
   * @param release given the position before which nothing is needed, whenever that has changed
   */
  AckWindow(LongConsumer release) {
    this.release = release;
  }

  /** A message that is needed until it is done, behind all others. */
  static final class Kept {
    private final AckWindow window;
    private final long start;
    // Where the message ends, and what follows it that nobody needs.
    private final long end;
    private long released;
    private Kept next;
    private boolean done;

    private Kept(AckWindow window, long start, long end) {
      this.window = window;
      this.start = start;
      this.end = end;
      this.released = end;
    }

    /** Where its first record is. */
    long start() {
      return start;
    }

    /** Where its last record ends. */
    long end() {
      return end;
    }

    /** The message that came after it, null when it is the last. */
    Kept next() {
      return next;
    }

    boolean isDone() {
      return done;
    }

    /** It is not needed any more. The second time nothing happens. */
    void done() {
      if (!done) {
        done = true;
        window.advance();
      }
    }
  }

  /** Keeps a message. */
  Kept keep(long start, long end) {
    Kept kept = new Kept(this, start, end);
    if (first == null) {
      first = kept;
    } else {
      last.next = kept;
    }
    last = kept;
    return kept;
  }

  /** Nothing before a position is needed besides what is kept. */
  void pass(long end) {
    if (first == null) {
      release.accept(end);
    } else {
      last.released = end;
    }
  }

  private void advance() {
    long end = -1;
    while (first != null && first.done) {
      end = first.released;
      first = first.next;
    }
    if (end >= 0) {
      release.accept(end);
    }
  }

  /** The first message that is not done, null when there is none. */
  Kept first() {
    return first;
  }

  boolean isEmpty() {
    return first == null;
  }
}
