package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingConsumer.RecordHandler;

/** The reading end of a store. It stays open while writers come and go. */
final class StoreInbound extends ReadRing implements DurableInbound {
  private static final Logger log = LoggerFactory.getLogger(StoreInbound.class);

  private final StoreFile file;
  private final Envelope envelope;
  private final long reachedBefore;
  private final RecordHandler records = this::onRecord;

  StoreInbound(RingPoller poller, StoreFile file) {
    super(poller, new RingConsumer(file.buffer(), false));
    this.file = file;
    this.envelope = new Envelope();
    this.reachedBefore = consumer().reached();
  }

  @Override
  public void start(InboundHandler handler) {
    handler(handler);
    attend();
  }

  private void onRecord(ByteBuffer buffer, int at, int length) {
    long position = consumer().recordPosition();
    if (!envelope.isIntact(buffer, at, length, position)) {
      throw new CorruptRingException("the record at position " + position + " is torn");
    }
    consumer().reach();
    handler().onRecord(buffer, at + Envelope.BYTES, length - Envelope.BYTES);
  }

  @Override
  public long sequence() {
    return consumer().recordPosition();
  }

  @Override
  public boolean isRedelivered() {
    return consumer().recordPosition() < reachedBefore;
  }

  @Override
  public long end() {
    return consumer().position();
  }

  @Override
  public void release(long end) {
    if (!isClosed()) {
      boolean waits;
      try {
        consumer().release(end);
        waits = consumer().producerWaits();
        Mapping.raiseFault();
      } catch (InternalError e) {
        requireWhole(e);
        return;
      }
      if (waits) {
        handler().onRoomMade();
      }
    }
  }

  @Override
  public void setPaused(boolean paused) {
    setAside(paused);
  }

  @Override
  int take(int maxBytes) {
    int taken = consumer().poll(records, maxBytes);
    if (taken > 0 && !isClosed()) {
      handler().onBatchEnd();
    }
    return taken;
  }

  @Override
  public boolean isDrained() {
    if (isClosed()) {
      return true;
    }
    try {
      // Also while it is paused.
      return !consumer().isReady();
    } catch (InternalError e) {
      requireWhole(e);
      return false;
    }
  }

  @Override
  public void close(boolean remove) {
    if (finish()) {
      if (remove) {
        file.unlink();
      }
      releaseUnlessPolling();
    }
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
  void release() {
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
  }
}
