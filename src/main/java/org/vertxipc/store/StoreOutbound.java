package org.vertxipc.store;

import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.options.MappedOptions;
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
  // Publish at the latest after this many bytes, so that the reader works while this side continues
  // writing.
  private static final int PUBLISH_BYTES = 2 * 1024;

  /** Is told what happens to a writing end. */
  public interface Events {
    /** The reader sleeps, and something has been published. */
    void onReaderParked();

    /** There may be room, after a record that was refused. */
    void onRoom();

    /**
     * Nothing more can be written: close it, in a turn of its own. This may be called within a call
     * to the writing end.
     *
     * @param cause what was wrong
     */
    void onBroken(Throwable cause);
  }

  private final SealedRing ring;
  private final StoreSync sync;
  private final Events events;
  private final Runnable whole;
  // Whether the memory was touched since it was last checked for faults.
  private boolean touched;
  private boolean broken;
  private boolean closed;

  /**
   * Creates a writing end.
   *
   * @param reactor brings it to the disk
   * @param options says when
   * @param file the store, which this object closes
   * @param events is told what happens
   */
  public StoreOutbound(Reactor reactor, MappedOptions options, StoreFile file, Events events) {
    this.sync = new StoreSync(reactor, options, file);
    // This lets the reader keep each record, with its envelope, aside in a ring of the same size.
    int reserved = Envelope.MARK + Envelope.BYTES;
    this.ring =
        new SealedRing(
            file, new Envelope(false), sync, reserved, events::onReaderParked, events::onRoom);
    this.events = events;
    this.whole = file::requireWhole;
  }

  StoreFile file() {
    return ring.file();
  }

  @Override
  public int maxRecord() {
    return ring.maxRecord();
  }

  @Override
  public boolean write(int length, RecordWriter record) {
    if (closed || broken) {
      return false;
    }
    touched = true;
    try {
      return put(length, record);
    } catch (InternalError e) {
      fail(e);
      return false;
    }
  }

  // There are two methods for the reason that RingOutbound gives.
  private boolean put(int length, RecordWriter record) {
    try {
      int at = ring.claim(length);
      if (at == RingProducer.FULL) {
        return false;
      }
      record.write(ring.buffer(), at);
      ring.commit();
      if (ring.unpublished() >= PUBLISH_BYTES) {
        ring.publish();
      }
      return true;
    } catch (CorruptRingException e) {
      fail(e);
      return false;
    }
  }

  private void fail(Throwable e) {
    Throwable cause = MemoryFaults.cause(e, MemoryFaults.damage(whole));
    if (!broken) {
      broken = true;
      events.onBroken(cause);
    }
  }

  @Override
  public void flush() {
    if (closed || broken) {
      return;
    }
    try {
      push();
    } catch (InternalError e) {
      fail(e);
    }
  }

  private void push() {
    try {
      ring.publish();
      if (touched) {
        touched = false;
        ring.raiseFault();
      }
    } catch (CorruptRingException e) {
      fail(e);
    }
  }

  @Override
  public boolean hasRoom(long bytes) {
    if (closed || broken) {
      return false;
    }
    try {
      return checkRoom(bytes);
    } catch (InternalError e) {
      fail(e);
      return false;
    }
  }

  private boolean checkRoom(long bytes) {
    try {
      return ring.hasRoom(bytes);
    } catch (CorruptRingException e) {
      fail(e);
      return false;
    }
  }

  /**
   * Returns the longest frame that can be stored.
   *
   * @return in bytes: with envelopes and padding it fits, wherever it starts
   */
  int maxFrame() {
    return ring.buffer().capacity() / 2;
  }

  /** Flushes, and calls back when what is written by now is as durable as configured. */
  void whenSafe(Completion safe) {
    flush();
    if (broken) {
      safe.done(false);
    } else {
      sync.whenSafe(safe);
    }
  }

  /** Checks that it is complete and can be found under its name; otherwise it is broken. */
  void check() throws PosixException {
    Throwable damage = MemoryFaults.damage(whole);
    if (damage != null) {
      fail(damage);
    } else if (!file().isCurrent()) {
      fail(new CorruptRingException("somebody removed a file in use"));
    }
  }

  /**
   * Closes it, after bringing it to the disk where that is configured.
   *
   * @param onClosed called when the file is closed
   */
  public void close(Runnable onClosed) {
    flush();
    closed = true;
    sync.close(onClosed);
  }

  /** Closes it because it is broken. Those who wait for durability are told that there is none. */
  void abandon(Runnable onClosed) {
    closed = true;
    sync.abandon(onClosed);
  }
}
