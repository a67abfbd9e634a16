package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
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
  private Bell bell;
  private OutboundHandler handler;
  // Whether a claim was refused because the disk does not know yet what the reader has released.
  private boolean starved;
  // Whether it may have been taken away since it was last looked for faults.
  private boolean touched;
  private final Runnable whole;
  private boolean broken;
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

  /** Whether it can be written, and somebody has not removed the file. */
  boolean isCurrent() throws PosixException {
    return !broken && file.isCurrent();
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
  public boolean write(int length, RecordWriter record) {
    if (closed || broken) {
      return false;
    }
    touched = true;
    try {
      int total = length + Envelope.BYTES;
      int at = claim(total);
      if (at == RingProducer.FULL) {
        return false;
      }
      record.write(buffer, at + Envelope.BYTES);
      envelope.seal(buffer, at, total, producer.claimedPosition());
      producer.commit();
      if (producer.unpublished() >= PUBLISH_BYTES) {
        publish();
      }
      return true;
    } catch (CorruptRingException | InternalError e) {
      fail(e);
      return false;
    }
  }

  private int claim(int total) {
    int at = producer.claim(total);
    if (at == RingProducer.FULL) {
      publish();
      if (!producer.awaitRoom(total)) {
        askForMore();
        return RingProducer.FULL;
      }
      at = producer.claim(total);
    }
    return at;
  }

  private void fail(Throwable e) {
    broken = true;
    Throwable cause = MemoryFaults.cause(e, damage());
    if (handler != null) {
      handler.onBroken(cause);
    } else {
      log.error(file.path() + " can't be written", cause);
    }
  }

  /** There is no room: perhaps only because the disk does not know what the reader released. */
  private void askForMore() {
    if (!starved && producer.couldReuse()) {
      starved = true;
      sync.hasten();
    }
  }

  @Override
  public void flush() {
    if (closed || broken) {
      return;
    }
    try {
      publish();
      if (touched) {
        touched = false;
        MemoryFaults.raise(whole);
      }
    } catch (CorruptRingException | InternalError e) {
      fail(e);
    }
  }

  @Override
  public Throwable damage() {
    return closed ? null : MemoryFaults.damage(whole);
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
    if (closed || broken) {
      return false;
    }
    int most = maxRecord();
    long records = bytes / most + 1;
    try {
      // Each record has its envelope, header and padding, and a piece's own head; and at the end of
      // the ring as much as the longest record may be left unused.
      boolean room = producer.hasRoom(bytes + records * (Envelope.BYTES + 32L) + most);
      MemoryFaults.raise(whole);
      if (!room) {
        askForMore();
      }
      return room;
    } catch (CorruptRingException | InternalError e) {
      fail(e);
      return false;
    }
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
      flush();
      closed = true;
      sync.close();
    }
  }
}
