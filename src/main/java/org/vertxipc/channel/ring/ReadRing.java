package org.vertxipc.channel.ring;

import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.Mapping;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;

/**
 * The reading end of a ring, as the poller drives it: the part that is the same whether the memory
 * is shared for the life of two nodes or is a store that outlives them. One thread only: the
 * reactor's.
 */
public abstract class ReadRing implements PolledRing {
  // It is made before there can be a fault, which would come where it is made.
  private final Runnable whole;
  private final RingPoller poller;
  private final RingConsumer consumer;
  private InboundHandler handler;
  private boolean attended;
  private boolean paused;
  // A ring starts parked: the poller does not check it.
  private boolean parked = true;
  private boolean silent;
  private long silentSince;
  private boolean polling;
  private boolean closed;

  /**
   * Creates a reading end, which is not checked before {@link #attend}.
   *
   * @param poller drives it
   * @param consumer of the ring
   */
  protected ReadRing(RingPoller poller, RingConsumer consumer) {
    this.poller = poller;
    this.consumer = consumer;
    this.whole = this::requireWhole;
  }

  /**
   * Takes what is there.
   *
   * @param maxBytes about this many bytes at most
   * @return the bytes taken
   */
  protected abstract int take(int maxBytes);

  /**
   * Returns whether it holds a record that has been read already, so that the ring need not be
   * asked.
   *
   * @return true when {@link #take} has something
   */
  protected boolean holdsMore() {
    return false;
  }

  /** Unmaps the memory: once, after {@link #finish}, and not while records are handed over. */
  protected abstract void release();

  /**
   * Fails when the memory was truncated.
   *
   * @throws CorruptRingException saying what is left
   */
  public abstract void requireWhole();

  /**
   * Returns what takes records from the ring.
   *
   * @return as given to the constructor
   */
  protected final RingConsumer consumer() {
    return consumer;
  }

  /**
   * Returns the handler of records.
   *
   * @return as given to {@link #handler(InboundHandler)}
   */
  protected final InboundHandler handler() {
    return handler;
  }

  /**
   * Returns whether handing over is paused.
   *
   * @return as given to {@link #setAside}
   */
  protected final boolean isPaused() {
    return paused;
  }

  /**
   * Returns whether it has been closed.
   *
   * @return true after {@link #finish}
   */
  protected final boolean isClosed() {
    return closed;
  }

  /** From now on it is checked, and records may be taken from it. */
  protected final void attend() {
    attended = true;
    poller.add(this);
  }

  /**
   * Sets the handler of records.
   *
   * @param handler gets records, and is told when it is broken
   */
  protected final void handler(InboundHandler handler) {
    this.handler = handler;
  }

  /**
   * Pauses or resumes.
   *
   * @param paused whether to hand over nothing
   */
  protected final void setAside(boolean paused) {
    this.paused = paused;
    if (!paused) {
      wake();
    }
  }

  /** The writer may have published something. */
  protected final void wake() {
    // A bell may ring before this is attended; attend() then finds what it rang for.
    if (attended && !closed) {
      poller.wake(this);
    }
  }

  // Here and below, an InternalError is how the JVM reports that a mapped file, this one or
  // another, was truncated: see Mapping.raiseFault.

  @Override
  public final boolean isReady() {
    try {
      return !closed && !paused && (holdsMore() || consumer.isReady());
    } catch (InternalError e) {
      poller.faulted(e);
      return false;
    }
  }

  @Override
  public final long silentFor(long now) {
    if (!silent) {
      silent = true;
      silentSince = now;
    }
    return now - silentSince;
  }

  @Override
  public final boolean park() {
    try {
      parked = closed || paused || consumer.park();
    } catch (InternalError e) {
      poller.faulted(e);
      // If the fault was another ring's, this one may not have stored that it sleeps.
      parked = closed;
    }
    return parked;
  }

  @Override
  public final boolean unpark() {
    boolean was = parked && !closed;
    if (was) {
      parked = false;
      silent = false;
      try {
        consumer.unpark();
        raiseFault();
      } catch (InternalError e) {
        endIfDamaged(e);
      }
    }
    return was;
  }

  @Override
  public final boolean poll(int maxBytes) {
    if (!attended || closed || paused) {
      return false;
    }
    boolean some = false;
    // Closing is deferred while records are handed over, so that the ring is not unmapped during
    // the poll.
    polling = true;
    try {
      some = takeSome(maxBytes);
    } catch (RuntimeException e) {
      // What was read from truncated memory is anything, and may look like a corrupt ring.
      broken(MemoryFaults.cause(e, damage()));
    } catch (InternalError e) {
      poller.faulted(e);
    } finally {
      polling = false;
      if (closed) {
        release();
      }
    }
    silent &= !some;
    return some;
  }

  // A fault may come twice: where memory is touched, and late, for memory that was touched before.
  // What is pending is raised here also when the ring looks corrupt, which it does when what was
  // read is not there; it would come in the middle of the report otherwise.
  private boolean takeSome(int maxBytes) {
    try {
      boolean some = takeOrFail(maxBytes);
      raiseFault();
      return some;
    } catch (InternalError e) {
      poller.faulted(e);
      return false;
    }
  }

  private boolean takeOrFail(int maxBytes) {
    try {
      return take(maxBytes) > 0;
    } catch (RuntimeException e) {
      raiseFault();
      throw e;
    }
  }

  private void raiseFault() {
    if (isFragile()) {
      Mapping.raiseFault();
    }
  }

  @Override
  public final boolean endIfDamaged(InternalError fault) {
    if (closed) {
      return true;
    }
    try {
      requireWhole();
      return true;
    } catch (CorruptRingException e) {
      e.addSuppressed(fault);
      broken(e);
      return false;
    }
  }

  /**
   * Returns what was done to the memory.
   *
   * @return an exception that says what is left; null when it is whole
   */
  public final Throwable damage() {
    return MemoryFaults.damage(whole);
  }

  /**
   * Tells the handler that it is broken.
   *
   * @param cause what is wrong, null when the writer is just gone
   */
  protected final void broken(Throwable cause) {
    if (!closed) {
      handler.onBroken(cause);
    }
  }

  /**
   * Ends it. {@link #releaseUnlessPolling} releases the memory, or the end of the poll does.
   *
   * @return true the first time
   */
  protected final boolean finish() {
    if (closed) {
      return false;
    }
    closed = true;
    poller.remove(this);
    return true;
  }

  /** Called after {@link #finish}, when everything else is closed. */
  protected final void releaseUnlessPolling() {
    if (!polling) {
      release();
    }
  }
}
