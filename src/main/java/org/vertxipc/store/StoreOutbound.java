package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.RecordSink;
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

  private final SealedRing ring;
  private final StoreSync sync;
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
    this.sync = new StoreSync(reactor, config, file);
    // So that the reader can keep each record, with its envelope, aside in a ring of the same size.
    int reserved = Envelope.MARK + Envelope.BYTES;
    this.ring =
        new SealedRing(
            file, new Envelope(false), sync, reserved, events::onReaderParked, events::onRoom);
  }

  StoreFile file() {
    return ring.file();
  }

  @Override
  public int maxRecord() {
    return ring.maxRecord();
  }

  @Override
  public ByteBuffer buffer() {
    return ring.buffer();
  }

  @Override
  public int claim(int length) {
    if (closed) {
      return FULL;
    }
    touched = true;
    int at = ring.claim(length);
    return at == RingProducer.FULL ? FULL : at;
  }

  @Override
  public void commit() {
    ring.commit();
    if (ring.unpublished() >= PUBLISH_BYTES) {
      ring.publish();
    }
  }

  @Override
  public void flush() {
    if (!closed) {
      ring.publish();
      if (touched) {
        touched = false;
        ring.raiseFault();
      }
    }
  }

  @Override
  public boolean hasRoom(long bytes) {
    return !closed && ring.hasRoom(bytes);
  }

  /**
   * The longest frame that can be stored.
   *
   * @return in bytes: with envelopes and padding it fits, wherever it starts
   */
  int maxFrame() {
    return ring.buffer().capacity() / 2;
  }

  /** Flushes, and calls back when what is written by now is as safe as the configuration asks. */
  void whenSafe(Completion safe) {
    flush();
    sync.whenSafe(safe);
  }

  /** Whether it is whole, and where it can be found: fails with a CorruptRingException if not. */
  void check() throws PosixException {
    file().requireWhole();
    if (!file().isCurrent()) {
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
      log.warn("What was written last to " + file().path() + " may be lost", e);
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
