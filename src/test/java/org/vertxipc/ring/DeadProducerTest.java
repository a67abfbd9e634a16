package org.vertxipc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.faults.Faults;

/**
 * Tests a producer that dies at any store of claiming, filling in, committing and publishing a
 * batch. Stores before the one that publishes may happen in any order, so any of them may be there
 * and any may be missing.
 */
@Faults
class DeadProducerTest {
  private static final int CAPACITY = 4096;

  private static final FaultTable.Row ROW = FaultTable.row("producer dead at any store");

  private final ByteBuffer ring =
      ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());

  @Property
  void beforeThePublishingStoreNothingIsThere(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int consumed,
      @ForAll @IntRange(max = 8) int n) {
    Random random = new Random(seed);
    RingConsumer consumer = start(random, consumed, n);
    byte[] before = image();
    RingProducer producer = new RingProducer(ring);
    int batch = 1 + random.nextInt(5);
    for (int i = 0; i < batch && write(producer, random, 100 + i); i++) {
      // This writes as many as there is room for.
    }
    byte[] staged = image();
    for (int at = 0; at < staged.length; at += 8) {
      if (random.nextBoolean()) {
        System.arraycopy(before, at, staged, at, 8);
      }
    }
    ring.put(0, staged);
    goesOn(consumer, numbers(0, n));
  }

  @Property
  void afterThePublishingStoreAllIsThere(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int consumed,
      @ForAll @IntRange(max = 8) int n,
      @ForAll boolean tailWritten) {
    Random random = new Random(seed);
    RingConsumer consumer = start(random, consumed, n);
    RingProducer producer = new RingProducer(ring);
    long tail = (long) RingLayout.LONG.get(ring, RingLayout.TAIL_OFFSET);
    List<Integer> expected = numbers(0, n);
    int batch = 1 + random.nextInt(5);
    for (int i = 0; i < batch && write(producer, random, 100 + i); i++) {
      expected.add(100 + i);
    }
    producer.publish();
    if (!tailWritten) {
      RingLayout.LONG.set(ring, RingLayout.TAIL_OFFSET, tail);
    }
    goesOn(consumer, expected);
  }

  /** Checks that the consumer takes what it should, and another producer continues. */
  private void goesOn(RingConsumer consumer, List<Integer> expected) {
    RingProducer next = new RingProducer(ring);
    List<Integer> read = readAll(consumer);
    assertEquals(expected, read);
    for (int i = 0; i < 200; i++) {
      assertTrue(write(next, new Random(i), i));
      next.publish();
      assertEquals(List.of(i), readAll(consumer));
    }
    ROW.once();
  }

  private RingConsumer start(Random random, int consumed, int unread) {
    ring.put(0, new byte[ring.capacity()]);
    RingLayout.initialize(ring, CAPACITY);
    RingProducer producer = new RingProducer(ring);
    RingConsumer consumer = new RingConsumer(ring);
    for (int i = 0; i < consumed; i++) {
      assertTrue(write(producer, random, -1));
      producer.publish();
      assertEquals(List.of(-1), readAll(consumer));
    }
    for (int i = 0; i < unread; i++) {
      assertTrue(write(producer, random, i));
      producer.publish();
    }
    return consumer;
  }

  private boolean write(RingProducer producer, Random random, int number) {
    int length = 4 + random.nextInt(200);
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      return false;
    }
    ring.putInt(at, number);
    for (int i = 4; i < length; i++) {
      ring.put(at + i, (byte) random.nextInt());
    }
    producer.commit();
    return true;
  }

  private static List<Integer> readAll(RingConsumer consumer) {
    List<Integer> read = new ArrayList<>();
    while (consumer.poll((b, at, length) -> read.add(b.getInt(at)), CAPACITY) > 0) {
      // It continues to the end of the ring.
    }
    return read;
  }

  private static List<Integer> numbers(int from, int to) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private byte[] image() {
    byte[] bytes = new byte[ring.capacity()];
    ring.get(0, bytes);
    return bytes;
  }
}
