package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingProducer;
import org.vertxipc.wire.FrameSender.Completion;

/**
 * The writing end of a store. It stays open while the reader comes and goes. One thread only: the
 * reactor's.
 */
public final class StoreOutbound implements RecordSink {
  private static final Logger log = LoggerFactory.getLogger(StoreOutbound.class);
  // Publish at the latest after so many bytes, so that the reader works while this side writes on.
  private static final int PUBLISH_BYTES = 2 * 1024;

  /** What the owner of a writing end is told. */
  public interface Events {
    /** The reader sleeps, and something has been published. */
    void onReaderParked();

    /** There may be room, after a claim that was refused. */
    void onRoom();
  }

  private final StoreFile file;
  private final ByteBuffer buffer;
  private final Envelope envelope;
  private final RingProducer producer;
  private final StoreSync sync;
  private final Events events;
  private final Runnable whole;
  // Whether a claim was refused because the disk does not know yet what the reader has released.
  private boolean starved;
  private int claimedAt;
  private int claimedLength;
  // Whether it may have been taken away since it was last looked for faults.
  private boolean touched;
  private boolean closed;

  /**
   * A writing end.
   *
   * @param reactor brings it to the disk
   * @param config says when
   * @param file the store, which is this object's to close
   * @param events told of what happens
   */
  public StoreOutbound(Reactor reactor, StoreConfig config, StoreFile file, Events events) {
    this.file = file;
    this.buffer = file.buffer();
    this.envelope = new Envelope();
    this.producer = new RingProducer(buffer);
    this.sync = new StoreSync(reactor, config, file);
    this.events = events;
    this.whole = file::requireWhole;
    if (sync.isWanted()) {
      producer.reuseUpTo(file.synced());
      sync.onReleased(producer::released, this::released);
    }
  }

  private void released(long position) {
    producer.reuseUpTo(position);
    if (starved) {
      starved = false;
      events.onRoom();
    }
  }

  StoreFile file() {
    return file;
  }

  @Override
  public int maxRecord() {
    return producer.maxPayload() - Envelope.BYTES - Envelope.RESERVED;
  }

  @Override
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public int claim(int length) {
    if (closed) {
      return FULL;
    }
    touched = true;
    int total = length + Envelope.BYTES;
    int at = producer.claim(total);
    if (at == RingProducer.FULL) {
      publish();
      if (!producer.awaitRoom(total)) {
        askForMore();
        return FULL;
      }
      at = producer.claim(total);
    }
    claimedAt = at;
    claimedLength = total;
    return at + Envelope.BYTES;
  }

  /** There is no room: perhaps only because the disk does not know what the reader released. */
  private void askForMore() {
    if (!starved && producer.couldReuse()) {
      starved = true;
      sync.hasten();
    }
  }

  @Override
  public void commit() {
    envelope.seal(buffer, claimedAt, claimedLength, producer.claimedPosition());
    producer.commit();
    if (producer.unpublished() >= PUBLISH_BYTES) {
      publish();
    }
  }

  @Override
  public void flush() {
    if (!closed) {
      publish();
      if (touched) {
        touched = false;
        MemoryFaults.raise(whole);
      }
    }
  }

  private void publish() {
    if (producer.unpublished() > 0) {
      boolean parked = producer.publish();
      sync.written();
      if (parked) {
        events.onReaderParked();
      }
    }
  }

  @Override
  public boolean hasRoom(long bytes) {
    if (closed) {
      return false;
    }
    int most = maxRecord();
    long records = bytes / most + 1;
    // Each record has its envelope, header and padding, and a piece's own head; and at the end of
    // the ring as much as the longest record may be left unused.
    boolean room = producer.hasRoom(bytes + records * (Envelope.BYTES + 32L) + most);
    MemoryFaults.raise(whole);
    if (!room) {
      askForMore();
    }
    return room;
  }

  /**
   * The longest frame that can be stored.
   *
   * @return in bytes: with envelopes and padding it fits, wherever it starts
   */
  int maxFrame() {
    return buffer.capacity() / 2;
  }

  /** Flushes, and calls back when what is written by now is as safe as the configuration asks. */
  void whenSafe(Completion safe) {
    flush();
    sync.whenSafe(safe);
  }

  /** Whether it is whole, and where it can be found: fails with a CorruptRingException if not. */
  void check() throws PosixException {
    file.requireWhole();
    if (!file.isCurrent()) {
      throw new CorruptRingException("somebody removed a file in use");
    }
  }

  /**
   * Closes it, with what was written on the disk where that is wanted.
   *
   * @param onClosed called when the file is closed
   */
  public void close(Runnable onClosed) {
    try {
      flush();
    } catch (CorruptRingException | InternalError e) {
      log.warn("What was written last to " + file.path() + " may be lost", e);
    }
    closed = true;
    sync.close(onClosed);
  }

  /** Closes it: it is broken. Who waits for something to be safe is told that it is not. */
  void abandon(Runnable onClosed) {
    closed = true;
    sync.abandon(onClosed);
  }
}
