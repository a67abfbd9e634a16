package org.vertxipc.store;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Tracks what of a ring is still needed: messages are done out of order, while their room is
 * released in order. One thread only.
 */
final class AckWindow {
  private final LongConsumer release;
  private final Consumer<Kept> onDone;
  private Kept first;
  private Kept last;
  private boolean closed;

  /**
   * Creates a window.
   *
   * @param release gets the position before which nothing is needed, whenever that has changed
   * @param onDone gets each message that is done, before that
   */
  AckWindow(LongConsumer release, Consumer<Kept> onDone) {
    this.release = release;
    this.onDone = onDone;
  }

  /** A message that is needed until it is done. */
  static final class Kept {
    private final AckWindow window;
    private final long start;
    private final long end;
    private final Ticket ticket;
    // Where it ends, including what follows it that nobody needs.
    private long released;
    private Kept next;
    private boolean moving;
    private boolean done;

    private Kept(AckWindow window, long start, long end, Ticket ticket) {
      this.window = window;
      this.start = start;
      this.end = end;
      this.released = end;
      this.ticket = ticket;
    }

    /** Returns where its first record starts. */
    long start() {
      return start;
    }

    /** Returns where its last record ends. */
    long end() {
      return end;
    }

    long size() {
      return end - start;
    }

    /** Returns the message that came after it, null when it is the last. */
    Kept next() {
      return next;
    }

    /** Returns the ticket of whoever has the message. */
    Ticket ticket() {
      return ticket;
    }

    boolean isDone() {
      return done;
    }

    /** Returns whether a copy of it is being made, which will take its place. */
    boolean isMoving() {
      return moving;
    }

    void setMoving(boolean moving) {
      this.moving = moving;
    }

    /** Marks it as not needed any more. Does nothing the second time. */
    void done() {
      if (!done && !window.closed) {
        done = true;
        window.onDone.accept(this);
        window.advance();
      }
    }
  }

  /** Lets whoever has a message report that it is done, wherever the message is kept by then. */
  static final class Ticket implements Runnable {
    private Kept kept;
    private Kept copy;
    private boolean done;

    @Override
    public void run() {
      if (!done) {
        done = true;
        kept.done();
        if (copy != null) {
          copy.done();
        }
      }
    }

    boolean isDone() {
      return done;
    }

    /** There is a copy, which may not be as durable yet as the message itself. */
    void copied(Kept copy) {
      this.copy = copy;
      if (done) {
        copy.done();
      }
    }

    /** The copy is as durable, and takes the message's place. */
    void moved() {
      Kept before = kept;
      kept = copy;
      copy = null;
      before.done();
    }

    /** The copy is not as durable, and never will be. */
    void stays() {
      copy = null;
      kept.setMoving(false);
    }
  }

  /** Keeps a message behind all others. */
  Kept keep(long start, long end) {
    Ticket ticket = new Ticket();
    ticket.kept = keep(start, end, ticket);
    return ticket.kept;
  }

  /** Keeps a copy of a message behind all others. */
  Kept keep(long start, long end, Ticket ticket) {
    Kept kept = new Kept(this, start, end, ticket);
    if (first == null) {
      first = kept;
    } else {
      last.next = kept;
    }
    last = kept;
    return kept;
  }

  /** Apart from kept messages, nothing before a position is needed. */
  void pass(long end) {
    if (closed) {
      return;
    }
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

  /** Returns the first message that is not done, null when there is none. */
  Kept first() {
    return first;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Releases nothing from now on, whatever is done. */
  void close() {
    closed = true;
  }
}
