package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.channel.ring.ReadRing;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingConsumer.RecordHandler;
import org.vertxipc.ring.RingLayout;

/**
 * The reading end of a store, whose records outlive the nodes until they are released. It stays
 * open while writers come and go. One thread only: the reactor's.
 */
public final class StoreInbound extends ReadRing {
  private static final Logger log = LoggerFactory.getLogger(StoreInbound.class);

  private final StoreFile file;
  private final Envelope envelope;
  private final Backlog backlog;
  private final long reachedBefore;
  private final RecordHandler records = this::onRecord;
  private long released;
  private boolean taking;
  private boolean releasedSome;
  private boolean detached;

  /**
   * Creates a reading end.
   *
   * @param poller drives it
   * @param file the store, which this object closes
   */
  public StoreInbound(RingPoller poller, StoreFile file) {
    super(poller, new RingConsumer(file.buffer(), false));
    this.file = file;
    this.envelope = new Envelope(false);
    this.backlog = new Backlog(file, consumer());
    this.reachedBefore = consumer().reached();
    this.released = consumer().position();
  }

  /**
   * Starts reading, with what was not released.
   *
   * @param handler takes what is read
   */
  public void start(InboundHandler handler) {
    handler(handler);
    attend();
  }

  private void onRecord(ByteBuffer buffer, int at, int length) {
    long position = consumer().recordPosition();
    if (backlog.holds(buffer)) {
      if (!envelope.isIntact(backlog.window(), buffer, at, length, position)) {
        // Nobody writes there any more; but only what the mapping says is final.
        consumer().reread(position, consumer().position(), records);
        return;
      }
    } else if (!envelope.isIntact(buffer, at, length, position)) {
      throw new CorruptRingException("the record at position " + position + " is torn");
    }
    consumer().reach();
    try {
      handler().onRecord(buffer, at + Envelope.BYTES, length - Envelope.BYTES);
    } catch (InternalError e) {
      // Memory was truncated just now, perhaps another ring's: the record has not been taken, and
      // comes again when the store is reopened.
      broken(MemoryFaults.cause(e, damage()));
    }
  }

  StoreFile file() {
    return file;
  }

  /** The writer may have stored something. */
  void look() {
    wake();
  }

  /**
   * Returns the number of the current record: higher than those of all earlier records of the same
   * writer, also across restarts.
   *
   * @return a position
   */
  public long sequence() {
    return consumer().recordPosition();
  }

  /** Returns whether the current record may have been handed over before, by a dead process. */
  boolean isRedelivered() {
    return consumer().recordPosition() < reachedBefore;
  }

  /**
   * Returns the position behind the current record.
   *
   * @return to be given to {@link #release}
   */
  public long end() {
    return consumer().position();
  }

  /**
   * Releases the room of everything before a position to the writer; it is not handed over again.
   *
   * @param end a position that {@link #end} returned, not before the last one
   */
  public void release(long end) {
    if (!isClosed()) {
      try {
        released = end;
        consumer().release(end);
      } catch (InternalError e) {
        endIfDamaged(e);
        return;
      }
      if (taking) {
        // The writer is told once, at the end of the batch.
        releasedSome = true;
      } else {
        tellWriter();
      }
    }
  }

  private void tellWriter() {
    boolean waits;
    try {
      waits = consumer().producerWaits();
      Mapping.raiseFault();
    } catch (InternalError e) {
      endIfDamaged(e);
      return;
    }
    if (waits) {
      handler().onRoomMade();
    }
  }

  /**
   * Returns the longest record, without its envelope, that can be kept aside in a ring of this
   * size.
   */
  int maxRecord() {
    return RingLayout.maxPayload(capacity()) - ParkedStore.HEAD - Envelope.BYTES;
  }

  /** Returns how many bytes of records fit. */
  int capacity() {
    return consumer().capacity();
  }

  /**
   * Hands over a record with its envelope that has not been released; returns the position behind
   * it.
   */
  long reread(long position, RecordHandler handler) {
    try {
      return consumer().reread(position, consumer().position(), handler);
    } finally {
      // Also when it fails: truncated memory may look like a corrupt ring.
      Mapping.raiseFault();
    }
  }

  void setPaused(boolean paused) {
    setAside(paused);
  }

  @Override
  protected boolean holdsMore() {
    return backlog.isReady();
  }

  @Override
  protected int take(int maxBytes) {
    int taken;
    taking = true;
    try {
      taken = takeRecords(maxBytes);
    } finally {
      taking = false;
      if (releasedSome) {
        releasedSome = false;
        if (!isClosed()) {
          tellWriter();
        }
      }
    }
    if (taken > 0 && !isClosed()) {
      handler().onBatchEnd();
    }
    return taken;
  }

  private int takeRecords(int maxBytes) {
    try {
      int taken = backlog.take(records, maxBytes);
      if (taken > 0) {
        return taken;
      }
    } catch (PosixException e) {
      log.warn("A store is read only by its mapping", e);
    }
    int taken = consumer().poll(records, maxBytes);
    backlog.tookMapped(taken, maxBytes);
    return taken;
  }

  /** Returns whether everything has been handed over and released. */
  boolean isEmpty() {
    if (isClosed()) {
      return true;
    }
    try {
      // This also works while it is paused.
      boolean empty = released == consumer().position() && !consumer().isReady();
      Mapping.raiseFault();
      return empty;
    } catch (InternalError e) {
      endIfDamaged(e);
      return false;
    }
  }

  /** Closes it; records that were not released stay. */
  public void close() {
    if (finish()) {
      releaseUnlessPolling();
    }
  }

  /** Ends it without closing the file, which the caller closes in another turn. */
  StoreFile detach() {
    detached = true;
    close();
    return file;
  }

  @Override
  public boolean isFragile() {
    return true;
  }

  @Override
  public void requireWhole() {
    if (!isClosed()) {
      file.requireWhole();
    }
  }

  @Override
  protected void release() {
    try {
      if (!detached) {
        file.close();
      }
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
  }
}
