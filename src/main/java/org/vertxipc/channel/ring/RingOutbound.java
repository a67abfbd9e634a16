package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.RingProducer;

/** The writing end of a ring, and the doorbell of its reader. */
final class RingOutbound implements OutboundChannel {
  private static final Logger log = LoggerFactory.getLogger(RingOutbound.class);
  // Publish at the latest after so many bytes, so that the reader works while this side writes on.
  private static final int PUBLISH_BYTES = 2 * 1024;

  private final RingMemory memory;
  private final ByteBuffer buffer;
  private final int bell;
  private final OutboundHandler handler;
  private final ByteBuffer ring = ByteBuffer.allocateDirect(1);
  private final long ringAddress = Posix.address(ring);
  private RingProducer producer;
  private boolean closed;

  RingOutbound(RingMemory memory, int bell, OutboundHandler handler) {
    this.memory = memory;
    this.buffer = memory.buffer();
    this.bell = bell;
    this.handler = handler;
    this.producer = new RingProducer(buffer);
  }

  @Override
  public int maxRecord() {
    return closed ? 0 : producer.maxPayload();
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
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      publish();
      if (!closed && producer.awaitRoom(length)) {
        at = producer.claim(length);
      }
    }
    return at;
  }

  @Override
  public void commit() {
    producer.commit();
    if (producer.unpublished() >= PUBLISH_BYTES) {
      publish();
    }
  }

  @Override
  public void flush() {
    if (!closed) {
      publish();
    }
  }

  private void publish() {
    if (producer.publish()) {
      nudge();
    }
  }

  @Override
  public boolean isFlushed() {
    return true;
  }

  @Override
  public void nudge() {
    if (closed) {
      return;
    }
    try {
      // When the FIFO is full, the reader has rings enough to wake up for.
      Posix.write(bell, ringAddress, 1);
    } catch (PosixException e) {
      if (!e.is("EPIPE")) {
        handler.onBroken(e);
      }
      // Without a reader the other direction hangs up, which is where a death is noticed.
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      producer = null;
      Cleanup.close(bell);
      try {
        memory.close();
      } catch (IOException e) {
        log.warn("A ring can't be unmapped", e);
      }
    }
  }
}
