package org.vertxipc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RingTest {
  private static final int CAPACITY = 4096;
  private static final int MAX = RingLayout.maxPayload(CAPACITY);

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
  private RingProducer producer;
  private final RingConsumer consumer;

  RingTest() {
    RingLayout.initialize(buffer, CAPACITY);
    producer = new RingProducer(buffer);
    consumer = new RingConsumer(buffer);
  }

  private boolean write(int length, int fill) {
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      buffer.put(at + i, (byte) fill);
    }
    producer.commit();
    return true;
  }

  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    consumer.poll((b, at, length) -> lengths.add(length), Integer.MAX_VALUE);
    return lengths;
  }

  @Test
  void nothingIsSeenBeforeItIsPublished() {
    assertTrue(write(10, 1));
    assertEquals(24, producer.unpublished());
    assertFalse(consumer.isReady());
    assertEquals(List.of(), lengths());
    producer.publish();
    assertTrue(consumer.isReady());
    assertEquals(List.of(10), lengths());
    assertFalse(consumer.isReady());
  }

  @Test
  void aClaimThatIsNotCommittedIsForgotten() {
    producer.claim(100);
    assertTrue(write(3, 1));
    producer.publish();
    assertEquals(List.of(3), lengths());
    assertThrows(IllegalStateException.class, producer::commit);
  }

  @Test
  void exactlyFullThenOneMore() {
    int each = 64 - RingLayout.RECORD_HEADER;
    int fit = CAPACITY / 64 - 1;
    for (int i = 0; i < fit; i++) {
      assertTrue(write(each, i), "record " + i);
    }
    assertFalse(write(each, 0), "the end mark has no room");
    assertTrue(write(each - RingLayout.RECORD_HEADER, 0));
    assertFalse(write(0, 0), "the ring is exactly full");
    producer.publish();
    assertEquals(fit + 1, lengths().size());
    assertTrue(write(each, 0), "there is room again");
  }

  @Test
  void oneByteTooLong() {
    assertTrue(write(MAX, 1));
    assertThrows(IllegalArgumentException.class, () -> producer.claim(MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> producer.claim(-1));
  }

  @Test
  void aRecordNeverWraps() {
    // Leaves every possible rest before the end, and expects padding in its place.
    for (int rest = 8; rest <= 64; rest += 8) {
      wrapWith(rest);
    }
  }

  private static void wrapWith(int rest) {
    ByteBuffer b =
        ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
    RingLayout.initialize(b, CAPACITY);
    RingProducer p = new RingProducer(b);
    RingConsumer c = new RingConsumer(b);
    for (int left = CAPACITY - rest; left > 0; left -= 64) {
      p.claim(Math.min(left, 64) - RingLayout.RECORD_HEADER);
      p.commit();
    }
    p.publish();
    assertEquals(CAPACITY - rest, c.poll((x, at, length) -> {}, Integer.MAX_VALUE));
    int at = p.claim(rest);
    assertEquals(RingLayout.DATA_OFFSET + RingLayout.RECORD_HEADER, at, "rest " + rest);
    b.put(at, (byte) rest);
    p.commit();
    p.publish();
    assertEquals(
        rest + RingLayout.RECORD_HEADER + rest,
        c.poll(
            (x, found, length) -> {
              assertEquals(rest, length);
              assertEquals(rest, x.get(found));
            },
            Integer.MAX_VALUE));
  }

  @Test
  void aPollIsBounded() {
    for (int i = 0; i < 10; i++) {
      write(56, i);
    }
    producer.publish();
    assertEquals(128, consumer.poll((b, at, length) -> {}, 128));
    assertTrue(consumer.isReady());
    assertEquals(64, consumer.poll((b, at, length) -> {}, 1));
  }

  @Test
  void whatTheHandlerThrowsDoesNotLoseTheRest() {
    write(1, 1);
    write(2, 2);
    producer.publish();
    assertThrows(
        IllegalStateException.class,
        () ->
            consumer.poll(
                (b, at, length) -> {
                  throw new IllegalStateException();
                },
                Integer.MAX_VALUE));
    assertEquals(List.of(2), lengths());
  }

  @Test
  void parkAndDoorbell() {
    assertTrue(consumer.park());
    write(1, 1);
    assertTrue(producer.publish(), "the doorbell must be rung");
    write(1, 1);
    assertFalse(producer.publish(), "once is enough");
    assertFalse(consumer.park(), "not while there is something to take");
    lengths();
    assertTrue(consumer.park());
    consumer.unpark();
    write(1, 1);
    assertFalse(producer.publish());
  }

  @Test
  void fullAndRoom() {
    while (write(MAX, 1)) {
      producer.publish();
    }
    assertFalse(producer.awaitRoom(MAX));
    consumer.poll((b, at, length) -> {}, 1);
    assertFalse(consumer.producerWaits(), "not for every record");
    consumer.poll((b, at, length) -> {}, CAPACITY / 2);
    assertTrue(consumer.producerWaits());
    assertFalse(consumer.producerWaits(), "said once");
    assertTrue(producer.awaitRoom(MAX), "there is room by now");
    assertTrue(write(MAX, 1));
    assertFalse(consumer.producerWaits());
  }

  @Test
  void aHeaderOfAnotherKindIsRefused() {
    ByteBuffer b =
        ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
    refused(b, "not a ring");
    RingLayout.initialize(b, CAPACITY);
    b.putInt(RingLayout.VERSION_OFFSET, 1);
    refused(b, "version 1, this is version 2");
    b.putInt(RingLayout.VERSION_OFFSET, RingLayout.VERSION);
    for (long capacity : new long[] {-1, 0, 4095, 8192, 1L << 40, Long.MIN_VALUE}) {
      b.putLong(RingLayout.CAPACITY_OFFSET, capacity);
      refused(b, "capacity " + capacity);
    }
    refused(ByteBuffer.allocateDirect(100).order(ByteOrder.nativeOrder()), "too short");
  }

  private static void refused(ByteBuffer b, String why) {
    CorruptRingException e = assertThrows(CorruptRingException.class, () -> new RingConsumer(b));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertThrows(CorruptRingException.class, () -> new RingProducer(b));
  }

  @Test
  void impossiblePositionsAndRecordsAreRefused() {
    for (long tail : new long[] {-8, 4, Long.MIN_VALUE}) {
      buffer.putLong(RingLayout.TAIL_OFFSET, tail);
      assertThrows(CorruptRingException.class, () -> new RingProducer(buffer), "tail " + tail);
      assertEquals(List.of(), lengths());
    }
    write(8, 1);
    producer.publish();
    for (int length : new int[] {-1, MAX + 1, CAPACITY, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      buffer.putInt(RingLayout.DATA_OFFSET, length);
      assertThrows(CorruptRingException.class, this::lengths, "length " + length);
    }
    buffer.putInt(RingLayout.DATA_OFFSET, 8);
    buffer.putInt(RingLayout.DATA_OFFSET + 4, 7);
    assertThrows(CorruptRingException.class, this::lengths, "type");
  }

  /** Tests a ring of endless records, which gives no more than its size at a time. */
  @Test
  void anEndlessRingIsTakenInBounds() {
    for (int at = 0; at < CAPACITY; at += 8) {
      buffer.putInt(RingLayout.DATA_OFFSET + at, 0);
      buffer.putInt(RingLayout.DATA_OFFSET + at + 4, RingLayout.TYPE_DATA);
    }
    assertEquals(CAPACITY, consumer.poll((b, at, length) -> {}, Integer.MAX_VALUE));
    assertEquals(CAPACITY, consumer.poll((b, at, length) -> {}, Integer.MAX_VALUE));
  }

  @Test
  void aBatchThatIsNotPublishedIsNotSeenAndNotLeftOver() {
    for (int round = 0; round < 200; round++) {
      write(round % 50, 1);
      write(30, 2);
      assertFalse(consumer.isReady());
      RingProducer next = new RingProducer(buffer);
      next.claim(7);
      next.commit();
      next.publish();
      assertEquals(List.of(7), lengths());
      producer = next;
    }
  }

  @Test
  void aProducerGoesOnAfterOneThatDiedBeforeItStoredItsTail() {
    write(10, 1);
    write(20, 2);
    producer.publish();
    buffer.putLong(RingLayout.TAIL_OFFSET, 0);
    producer = new RingProducer(buffer);
    write(30, 3);
    producer.publish();
    assertEquals(List.of(10, 20, 30), lengths());
  }

  @Test
  void aConsumerThatDiesSoonDoesNotForgetHowFarAnotherHadCome() {
    for (int i = 0; i < 3; i++) {
      assertTrue(write(10, i));
    }
    producer.publish();
    RingConsumer first = new RingConsumer(buffer, false);
    first.poll((b, at, length) -> first.reach(), CAPACITY);
    long end = first.position();
    RingConsumer second = new RingConsumer(buffer, false);
    second.poll((b, at, length) -> second.reach(), 1);
    assertTrue(second.position() < end);
    assertEquals(end, new RingConsumer(buffer, false).reached());
    // It is less when what it had reached is gone.
    RingRecovery.repair(buffer, (b, at, length, position) -> position < second.position());
    assertEquals(second.position(), new RingConsumer(buffer, false).reached());
  }

  @Test
  void anImpossibleHeadIsRefused() {
    while (write(MAX, 1)) {
      producer.publish();
    }
    for (long head : new long[] {-8, 4, CAPACITY + 8, Long.MAX_VALUE}) {
      buffer.putLong(RingLayout.HEAD_OFFSET, head);
      assertThrows(CorruptRingException.class, () -> producer.claim(MAX), "head " + head);
    }
  }

  @Test
  void everyByteArrivesWhileBothAreAtWork() {
    int records = 300_000;
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              Random random = new Random(7);
              for (int i = 0; i < records; i++) {
                int length = 5 + random.nextInt(MAX - 5);
                while (!writeNumbered(length, i)) {
                  producer.publish();
                  Thread.onSpinWait();
                }
                if (random.nextInt(4) == 0) {
                  producer.publish();
                }
              }
              producer.publish();
            });
    Random random = new Random(7);
    int[] next = {0};
    while (next[0] < records) {
      consumer.poll(
          (b, at, length) -> {
            assertEquals(5 + random.nextInt(MAX - 5), length);
            random.nextInt(4);
            assertEquals(next[0], b.getInt(at));
            assertEquals((byte) next[0], b.get(at + length - 1));
            next[0]++;
          },
          1000);
      assertFalse(writer.isCompletedExceptionally());
    }
    writer.join();
  }

  private boolean writeNumbered(int length, int number) {
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      return false;
    }
    buffer.put(at + length - 1, (byte) number);
    buffer.putInt(at, number);
    if (length > 4) {
      buffer.put(at + length - 1, (byte) number);
    }
    producer.commit();
    return true;
  }
}
