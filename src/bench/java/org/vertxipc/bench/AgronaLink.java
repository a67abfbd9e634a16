package org.vertxipc.bench;

import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's rings. They publish each message; there is nothing to flush. */
final class AgronaLink implements ByteLink {
  private static final int POLL_MESSAGES = 256;
  private static final int TYPE = 1;

  private final RingBuffer ring;
  private final UnsafeBuffer message = new UnsafeBuffer(new byte[BYTES]);

  AgronaLink(ByteBuffer buffer, boolean manyProducers) {
    UnsafeBuffer memory = new UnsafeBuffer(buffer);
    this.ring = manyProducers ? new ManyToOneRingBuffer(memory) : new OneToOneRingBuffer(memory);
  }

  static int size(int capacity) {
    return capacity + RingBufferDescriptor.TRAILER_LENGTH;
  }

  @Override
  public boolean write(long tag) {
    message.putLong(0, tag);
    return ring.write(TYPE, message, 0, BYTES);
  }

  @Override
  public void flush() {
    // Each message is published when it is written.
  }

  @Override
  public int poll(TagHandler handler) {
    return ring.read(new Reader(handler), POLL_MESSAGES);
  }

  private record Reader(TagHandler handler) implements MessageHandler {
    @Override
    public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
      handler.onTag(buffer.getLong(index));
    }
  }
}
