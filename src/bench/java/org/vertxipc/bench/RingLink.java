package org.vertxipc.bench;

import java.nio.ByteBuffer;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingProducer;

/** Our ring. */
final class RingLink implements ByteLink {
  private static final int POLL_BYTES = 16 * 1024;

  private final RingProducer producer;
  private final RingConsumer consumer;
  private final ByteBuffer buffer;
  private final long[] message = new long[BYTES / Long.BYTES];
  private final int publishEvery;
  private int unpublished;
  private int taken;

  /**
   * @param buffer an initialised ring
   * @param produces whether this is the writing end
   * @param publishEvery messages that are published together, as the bridge does in a turn of the
   *     event loop; 1 to publish each
   */
  RingLink(ByteBuffer buffer, boolean produces, int publishEvery) {
    this.buffer = buffer;
    this.producer = produces ? new RingProducer(buffer) : null;
    this.consumer = produces ? null : new RingConsumer(buffer);
    this.publishEvery = publishEvery;
  }

  @Override
  public boolean write(long tag) {
    int at = producer.claim(BYTES);
    if (at == RingProducer.FULL) {
      flush();
      return false;
    }
    message[0] = tag;
    for (int i = 0; i < message.length; i++) {
      buffer.putLong(at + i * Long.BYTES, message[i]);
    }
    producer.commit();
    if (++unpublished == publishEvery) {
      flush();
    }
    return true;
  }

  @Override
  public void flush() {
    unpublished = 0;
    if (producer.publish()) {
      throw new IllegalStateException("no reader sleeps here");
    }
  }

  @Override
  public int poll(TagHandler handler) {
    taken = 0;
    int bytes =
        consumer.poll(
            (b, at, length) -> {
              taken++;
              handler.onTag(b.getLong(at));
            },
            POLL_BYTES);
    return bytes == 0 ? 0 : taken;
  }
}
