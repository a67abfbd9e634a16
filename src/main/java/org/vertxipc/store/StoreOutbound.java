package org.vertxipc.store;

import java.nio.ByteBuffer;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;
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
  // Publish at the latest after so many bytes, so that the reader works while this side writes on.
  private static final int PUBLISH_BYTES = 2 * 1024;

  /** What the owner of a writing end is told. */
  public interface Events {
    /** The reader sleeps, and something has been published. */
    void onReaderParked();

    /** There may be room, after a record that was refused. */
    void onRoom();

    /**
     * Nothing more can be written; close it, in a turn of its own. It may be told within a call.
     *
     * @param cause what was wrong
     */
    void onBroken(Throwable cause);
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
  // Whether it may have been taken away since it was last looked for faults.
  private boolean touched;
  private boolean broken;
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
      fail(MemoryFaults.cause(e, MemoryFaults.damage(whole)));
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

  private void fail(Throwable cause) {
    if (!broken) {
      broken = true;
      events.onBroken(cause);
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
      fail(MemoryFaults.cause(e, MemoryFaults.damage(whole)));
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
      fail(MemoryFaults.cause(e, MemoryFaults.damage(whole)));
      return false;
    }
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

  /** Looks whether it is whole, and where it can be found; else it is broken. */
  void check() throws PosixException {
    Throwable damage = MemoryFaults.damage(whole);
    if (damage != null) {
      fail(damage);
    } else if (!file.isCurrent()) {
      fail(new CorruptRingException("somebody removed a file in use"));
    }
  }

  /**
   * Closes it, with what was written on the disk where that is wanted.
   *
   * @param onClosed called when the file is closed
   */
  public void close(Runnable onClosed) {
    flush();
    closed = true;
    sync.close(onClosed);
  }

  /** Closes it: it is broken. Who waits for something to be safe is told that it is not. */
  void abandon(Runnable onClosed) {
    closed = true;
    sync.abandon(onClosed);
  }
}
