package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingProducer;

/** The writing end of a ring, and the doorbell of its reader. */
final class RingOutbound implements OutboundChannel {
  private static final Logger log = LoggerFactory.getLogger(RingOutbound.class);
  // Publish at the latest after this many bytes, so that the reader works while this side continues
  // writing.
  private static final int PUBLISH_BYTES = 2 * 1024;

  private final RingMemory memory;
  private final ByteBuffer buffer;
  private final Bell bell;
  private final OutboundHandler handler;
  private final RingProducer producer;
  private final int maxRecord;
  // Whether the memory was touched since it was last checked for faults.
  private boolean touched;
  private final Runnable whole;
  private boolean broken;
  private boolean closed;

  RingOutbound(RingMemory memory, Bell bell, OutboundHandler handler) {
    this.memory = memory;
    this.buffer = memory.buffer();
    this.bell = bell;
    this.handler = handler;
    this.producer = new RingProducer(buffer);
    this.maxRecord = producer.maxPayload();
    this.whole = memory::requireWhole;
  }

  @Override
  public int maxRecord() {
    return maxRecord;
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

  // What is read from truncated memory is anything, and may look like a corrupt ring before the
  // fault is met: that can be as late as where this exception is caught, so there are two methods.
  private boolean put(int length, RecordWriter record) {
    try {
      int at = claim(length);
      if (at == RingProducer.FULL) {
        return false;
      }
      record.write(buffer, at);
      producer.commit();
      if (producer.unpublished() >= PUBLISH_BYTES) {
        publish();
      }
      return true;
    } catch (CorruptRingException e) {
      fail(e);
      return false;
    }
  }

  private int claim(int length) {
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      publish();
      if (producer.awaitRoom(length)) {
        at = producer.claim(length);
      }
    }
    return at;
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
      publish();
      if (touched && memory.isFragile()) {
        touched = false;
        MemoryFaults.raise(whole);
      }
    } catch (CorruptRingException e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    broken = true;
    handler.onBroken(MemoryFaults.cause(e, damage()));
  }

  @Override
  public Throwable damage() {
    return closed ? null : MemoryFaults.damage(whole);
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
    bell.ring();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      bell.close();
      try {
        memory.close();
      } catch (IOException e) {
        log.warn("A ring can't be unmapped", e);
      }
    }
  }
}
