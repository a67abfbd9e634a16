package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingProducer;

/** The writing end of a store. It stays open while the reader comes and goes, and has its bell. */
final class StoreOutbound implements OutboundChannel {
  private static final Logger log = LoggerFactory.getLogger(StoreOutbound.class);
  // Publish at the latest after so many bytes, so that the reader works while this side writes on.
  private static final int PUBLISH_BYTES = 2 * 1024;

  private final StoreFile file;
  private final ByteBuffer buffer;
  private final Envelope envelope;
  private final RingProducer producer;
  private final StoreSync sync;
  private final Runnable whole;
  private Bell bell;
  private OutboundHandler handler;
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
   * @param file the store
   * @param synced what the reader is known to have released, also to the disk; of no meaning unless
   *     the file is brought there
   * @param sync brings it there
   */
  StoreOutbound(StoreFile file, long synced, StoreSync sync) {
    this.file = file;
    this.buffer = file.buffer();
    this.envelope = new Envelope();
    this.producer = new RingProducer(buffer);
    this.sync = sync;
    this.whole = file::requireWhole;
    if (sync.isWanted()) {
      producer.reuseUpTo(synced);
      sync.onReleased(producer::released, this::released);
    }
  }

  private void released(long position) {
    producer.reuseUpTo(position);
    if (starved) {
      starved = false;
      if (handler != null) {
        handler.onRoom();
      }
    }
  }

  /** Whether somebody has not removed the file. */
  boolean isCurrent() throws PosixException {
    return file.isCurrent();
  }

  /** The reader is there: its bell, and who is told that there is room. */
  void meet(Bell bell, OutboundHandler handler) {
    this.bell = bell;
    this.handler = handler;
  }

  /** The reader is gone. */
  void part() {
    this.bell = null;
    this.handler = null;
  }

  boolean hasBell(Bell bell) {
    return this.bell == bell;
  }

  @Override
  public int maxRecord() {
    return producer.maxPayload() - Envelope.BYTES;
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

  @Override
  public void requireWhole() {
    if (!closed) {
      whole.run();
    }
  }

  private void publish() {
    if (producer.unpublished() > 0) {
      boolean parked = producer.publish();
      sync.written();
      if (parked) {
        nudge();
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

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public int maxDurable() {
    // With envelopes and padding it fits, wherever it starts.
    return buffer.capacity() / 2;
  }

  @Override
  public void whenSafe(Runnable safe) {
    flush();
    sync.whenSafe(safe);
  }

  @Override
  public boolean isFlushed() {
    return true;
  }

  @Override
  public void nudge() {
    if (bell != null) {
      bell.ring();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      try {
        flush();
      } catch (CorruptRingException | InternalError e) {
        log.warn("What was written last may be lost", e);
      }
      closed = true;
      sync.close();
    }
  }
}
