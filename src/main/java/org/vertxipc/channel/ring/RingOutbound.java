package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.ring.RingProducer;

/** The writing end of a ring, and the doorbell of its reader. */
final class RingOutbound implements OutboundChannel {
  private static final Logger log = LoggerFactory.getLogger(RingOutbound.class);
  // Publish at the latest after so many bytes, so that the reader works while this side writes on.
  private static final int PUBLISH_BYTES = 2 * 1024;

  private final RingMemory memory;
  private final ByteBuffer buffer;
  private final Bell bell;
  private final Runnable whole;
  private RingProducer producer;
  // Whether it may have been taken away since it was last looked for faults.
  private boolean touched;
  private boolean closed;

  RingOutbound(RingMemory memory, Bell bell) {
    this.memory = memory;
    this.buffer = memory.buffer();
    this.bell = bell;
    this.whole = memory::requireWhole;
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
    touched = true;
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
      if (touched && memory.isFragile()) {
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
    if (!closed) {
      bell.ring();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      producer = null;
      bell.close();
      try {
        memory.close();
      } catch (IOException e) {
        log.warn("A ring can't be unmapped", e);
      }
    }
  }
}
