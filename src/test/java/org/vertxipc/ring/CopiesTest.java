package org.vertxipc.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What is read from copies of a ring, and what a repair finds that skips what was never written.
 */
class CopiesTest {
  private static final int CAPACITY = 4096;

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /** Whichever way each turn reads, all records come once, in order, as they were written. */
  @Property(tries = 300)
  void copiesAndTheRingGiveTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    ByteBuffer ring = bytes(RingLayout.size(CAPACITY));
    RingLayout.initialize(ring, CAPACITY, 8L * random.nextInt(1 << 20));
    RingProducer producer = new RingProducer(ring);
    RingConsumer consumer = new RingConsumer(ring, false);
    List<String> written = new ArrayList<>();
    List<String> read = new ArrayList<>();
    RingConsumer.RecordHandler handler =
        (b, at, length) -> read.add(consumer.recordPosition() + ":" + length + ":" + b.get(at));
    for (int turn = 0; turn < 200; turn++) {
      int length = 1 + random.nextInt(RingLayout.maxPayload(CAPACITY));
      int at = producer.claim(length);
      while (at != RingProducer.FULL && random.nextInt(8) > 0) {
        ring.put(at, (byte) turn);
        written.add(producer.claimedPosition() + ":" + length + ":" + (byte) turn);
        producer.commit();
        at = producer.claim(length);
      }
      producer.publish();
      int max = 1 + random.nextInt(CAPACITY);
      long before = consumer.position();
      int taken =
          random.nextBoolean()
              ? consumer.poll(handler, max)
              : fromCopy(ring, consumer, handler, max, random);
      assertEquals(consumer.position() - before, taken);
      consumer.release(consumer.position());
    }
    while (consumer.poll(handler, CAPACITY) > 0) {
      consumer.release(consumer.position());
    }
    assertEquals(written, read);
  }

  private static int fromCopy(
      ByteBuffer ring, RingConsumer consumer, RingConsumer.RecordHandler to, int max, Random r) {
    long from = consumer.position();
    int there = (int) Math.min(consumer.published() - from, consumer.untilEnd(from));
    int bytes = r.nextInt(there + 1);
    ByteBuffer copy = bytes(CAPACITY);
    copy.put(0, ring, consumer.offset(from), bytes);
    // What is behind the copy is none of its records.
    copy.put(bytes, (byte) 1);
    return consumer.pollCopy(copy, from, bytes, to, max);
  }

  /** With or without what was never written, a repair does the same. */
  @Property(tries = 200)
  void whatWasNeverWrittenNeedNoLook(@ForAll long seed) {
    Random random = new Random(seed);
    ByteBuffer ring = bytes(RingLayout.size(CAPACITY));
    RingLayout.initialize(ring, CAPACITY, 8L * random.nextInt(1 << 10));
    RingProducer producer = new RingProducer(ring);
    for (int at = 0; at != RingProducer.FULL && random.nextInt(6) > 0; ) {
      at = producer.claim(random.nextInt(300));
      if (at != RingProducer.FULL) {
        producer.commit();
      }
    }
    producer.publish();
    int written = ring.capacity();
    while (written > 0 && ring.get(written - 1) == 0) {
      written--;
    }
    // The first records are torn, or all of them.
    int torn = random.nextInt(CAPACITY);
    RingRecovery.RecordCheck check = (b, at, length, position) -> at >= torn;
    ByteBuffer all = bytes(ring.capacity()).put(0, ring, 0, ring.capacity());
    ByteBuffer some = bytes(ring.capacity()).put(0, ring, 0, ring.capacity());
    assertEquals(RingRecovery.repair(all, check), RingRecovery.repair(some, written, check));
    assertArrayEquals(content(all), content(some));
  }

  private static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }
}
