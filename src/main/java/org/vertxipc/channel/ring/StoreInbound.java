package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingConsumer.RecordHandler;

/** The reading end of a store. It stays open while writers come and go. */
final class StoreInbound implements DurableInbound, PolledRing {
  private static final Logger log = LoggerFactory.getLogger(StoreInbound.class);

  private final RingPoller poller;
  private final StoreFile file;
  private final Envelope envelope;
  private final RingConsumer consumer;
  private final Parking parking = new Parking();
  private final long reachedBefore;
  private final RecordHandler records = this::onRecord;
  private InboundHandler handler;
  private boolean paused;
  private boolean polling;
  private boolean closed;

  StoreInbound(RingPoller poller, StoreFile file) {
    this.poller = poller;
    this.file = file;
    this.envelope = new Envelope(file.buffer());
    this.consumer = new RingConsumer(file.buffer(), false);
    this.reachedBefore = consumer.reached();
  }

  @Override
  public void start(InboundHandler handler) {
    this.handler = handler;
    poller.add(this);
  }

  void wake() {
    if (!closed) {
      poller.wake(this);
    }
  }

  private void onRecord(ByteBuffer buffer, int at, int length) {
    long position = consumer.recordPosition();
    if (!envelope.isIntact(buffer, at, length, position)) {
      throw new CorruptRingException("the record at position " + position + " is torn");
    }
    consumer.reach();
    handler.onRecord(buffer, at + Envelope.BYTES, length - Envelope.BYTES);
  }

  @Override
  public long sequence() {
    return consumer.recordPosition();
  }

  @Override
  public boolean isRedelivered() {
    return consumer.recordPosition() < reachedBefore;
  }

  @Override
  public long end() {
    return consumer.position();
  }

  @Override
  public void release(long end) {
    if (!closed) {
      consumer.release(end);
      if (consumer.producerWaits()) {
        handler.onRoomMade();
      }
    }
  }

  @Override
  public void setPaused(boolean paused) {
    this.paused = paused;
    if (!paused && !closed && handler != null) {
      poller.wake(this);
    }
  }

  // An InternalError, here and below: see RingInbound.

  @Override
  public boolean isReady() {
    try {
      return !closed && !paused && consumer.isReady();
    } catch (InternalError e) {
      broken(e);
      return false;
    }
  }

  @Override
  public long silentFor(long now) {
    return parking.silentFor(now);
  }

  @Override
  public boolean park() {
    try {
      return parking.park(closed || paused ? null : consumer);
    } catch (InternalError e) {
      broken(e);
      parking.giveUp();
      return true;
    }
  }

  @Override
  public boolean unpark() {
    try {
      return !closed && parking.unpark(consumer);
    } catch (InternalError e) {
      broken(e);
      return true;
    }
  }

  private void broken(Throwable cause) {
    if (!closed) {
      handler.onBroken(cause);
    }
  }

  @Override
  public boolean poll(int maxBytes) {
    if (closed || paused) {
      return false;
    }
    int taken = 0;
    polling = true;
    try {
      taken = consumer.poll(records, maxBytes);
      if (taken > 0 && !closed) {
        handler.onBatchEnd();
      }
    } catch (RuntimeException | InternalError e) {
      broken(e);
    } finally {
      polling = false;
      if (closed) {
        closeFile();
      }
    }
    if (taken > 0) {
      parking.heard();
    }
    return taken > 0;
  }

  @Override
  public boolean isDrained() {
    return closed || !consumer.isReady();
  }

  @Override
  public void close(boolean remove) {
    if (!closed) {
      closed = true;
      poller.remove(this);
      if (remove) {
        file.unlink();
      }
      if (!polling) {
        closeFile();
      }
    }
  }

  private void closeFile() {
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
  }
}
