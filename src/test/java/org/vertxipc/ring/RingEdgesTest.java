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
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is exactly at a bound of a ring, and one step beyond it. */
class RingEdgesTest {
  private static final int CAPACITY = 4096;
  private static final int MAX = RingLayout.maxPayload(CAPACITY);
  private static final int DATA = RingLayout.DATA_OFFSET;
  private static final int HEADER = RingLayout.RECORD_HEADER;

  private final ByteBuffer buffer = bytes(RingLayout.size(CAPACITY));
  private final RingProducer producer;
  private final RingConsumer consumer;

  RingEdgesTest() {
    RingLayout.initialize(buffer, CAPACITY);
    producer = new RingProducer(buffer);
    consumer = new RingConsumer(buffer);
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private boolean write(int length) {
    if (producer.claim(length) == RingProducer.FULL) {
      return false;
    }
    producer.commit();
    return true;
  }

  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    consumer.poll((b, at, length) -> lengths.add(length), Integer.MAX_VALUE);
    return lengths;
  }

  /** Leaves so many bytes before the end of an empty ring. */
  private void leave(int rest) {
    for (int left = CAPACITY - rest; left > 0; left -= 64) {
      assertTrue(write(Math.min(left, 64) - HEADER));
    }
    producer.publish();
    lengths();
  }

  @Example
  void capacities() {
    for (int capacity : new int[] {RingLayout.MIN_CAPACITY, 8192, RingLayout.MAX_CAPACITY}) {
      assertEquals(DATA + capacity, RingLayout.size(capacity));
    }
    for (int capacity : new int[] {Integer.MIN_VALUE, -1, 0, 2048, 4095, 4097, 12_288}) {
      assertThrows(
          IllegalArgumentException.class, () -> RingLayout.size(capacity), "capacity " + capacity);
      assertThrows(
          IllegalArgumentException.class, () -> RingLayout.initialize(buffer, capacity, 0));
    }
    assertEquals(CAPACITY, consumer.capacity());
    assertEquals(MAX, producer.maxPayload());
  }

  @Example
  void aRingGoesOnFromAPosition() {
    for (long position : new long[] {8, CAPACITY - 8, 1L << 40}) {
      ByteBuffer b = bytes(RingLayout.size(CAPACITY));
      RingLayout.initialize(b, CAPACITY, position);
      RingProducer p = new RingProducer(b);
      RingConsumer c = new RingConsumer(b);
      assertEquals(position, c.position());
      assertEquals(position, c.reached());
      assertEquals(position, p.released());
      p.claim(0);
      assertEquals(position, p.claimedPosition());
      p.commit();
      assertEquals(8, p.unpublished());
      p.publish();
      assertEquals(0, p.unpublished());
      assertEquals(8, c.poll((x, at, length) -> {}, 1));
      assertEquals(position, c.recordPosition());
    }
    for (long position : new long[] {-8, 4, 9}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> RingLayout.initialize(buffer, CAPACITY, position),
          "position " + position);
    }
  }

  @Example
  void aBufferThatHoldsLessThanTheHeaderSaysIsRefused() {
    assertFalse(RingLayout.hasMagic(bytes(DATA)));
    assertFalse(RingLayout.hasMagic(bytes(DATA - 1)));
    assertTrue(RingLayout.hasMagic(buffer));
    assertTrue(RingLayout.hasMagic(buffer.duplicate().limit(DATA).slice()));
    ByteBuffer shorter = buffer.duplicate().limit(DATA + CAPACITY - 1).slice();
    String message =
        assertThrows(CorruptRingException.class, () -> RingLayout.validate(shorter)).getMessage();
    assertEquals("ring capacity 4096 in a file of 5119 bytes", message);
    message =
        assertThrows(CorruptRingException.class, () -> RingLayout.validate(bytes(DATA)))
            .getMessage();
    assertEquals("not a ring: magic 0000000000000000", message);
  }

  @Example
  void aHeaderIsItsLengthAndItsType() {
    for (int length : new int[] {-1, 0, 1, MAX, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      for (int type : new int[] {-1, 0, 1, 2, Integer.MIN_VALUE}) {
        long header = RingLayout.header(length, type);
        assertEquals(length, RingLayout.length(header));
        assertEquals(type, RingLayout.type(header));
        RingLayout.LONG.set(buffer, DATA, header);
        assertEquals(length, buffer.getInt(DATA));
        assertEquals(type, buffer.getInt(DATA + 4));
      }
    }
  }

  @Example
  void aRecordThatJustFitsBeforeTheEndIsPutThere() {
    leave(64);
    assertEquals(DATA + CAPACITY - 64 + HEADER, producer.claim(64 - HEADER));
    producer.commit();
    assertTrue(write(3));
    producer.publish();
    assertEquals(List.of(64 - HEADER, 3), lengths());
  }

  /** Its padding stays, and what the ring held at its start is not seen behind it. */
  @Example
  void aClaimBehindTheEndThatIsNotCommittedIsForgotten() {
    leave(64);
    assertTrue(write(10));
    producer.claim(100);
    producer.publish();
    assertEquals(List.of(10), lengths());
    assertTrue(write(20));
    producer.publish();
    assertEquals(List.of(20), lengths());
  }

  /** Whoever asks for a bell has no room, and whoever has room asks for none. */
  @Property
  void roomIsAwaitedOnlyWhereAClaimIsRefused(@ForAll long seed) {
    Random random = new Random(seed);
    buffer.put(0, new byte[buffer.capacity()]);
    RingLayout.initialize(buffer, CAPACITY);
    RingProducer producer = new RingProducer(buffer);
    RingConsumer consumer = new RingConsumer(buffer);
    int[] waits = new int[2];
    for (int step = 0; step < 300; step++) {
      int length = random.nextInt(MAX + 1);
      boolean room = producer.awaitRoom(length);
      assertEquals(room ? 0 : 1, buffer.getInt(RingLayout.PRODUCER_WAITING_OFFSET));
      assertEquals(room, producer.claim(length) != RingProducer.FULL, "length " + length);
      if (room) {
        producer.commit();
      }
      waits[room ? 1 : 0]++;
      producer.publish();
      if (random.nextInt(4) == 0) {
        consumer.poll((b, at, n) -> {}, 1 + random.nextInt(CAPACITY / 8));
      }
    }
    assertTrue(waits[0] > 0 && waits[1] > 0);
  }

  @Example
  void theProducerIsWokenWhenHalfIsFree() {
    for (int i = 0; i < CAPACITY / 64 - 1; i++) {
      assertTrue(write(64 - HEADER));
    }
    producer.publish();
    assertFalse(producer.awaitRoom(MAX));
    consumer.poll((b, at, length) -> {}, CAPACITY / 2 - 128);
    assertFalse(consumer.producerWaits(), "half and one record are taken");
    consumer.poll((b, at, length) -> {}, 64);
    assertTrue(consumer.producerWaits(), "just half is taken");
  }

  @Example
  void whoDoesNotSleepIsNotWoken() {
    assertFalse(producer.publish(), "nothing is committed");
    assertTrue(write(1));
    producer.publish();
    assertFalse(consumer.park());
    assertTrue(write(1));
    assertFalse(producer.publish());
  }

  @Example
  void aProducerFindsWhatItsPredecessorDidNotSay() {
    leave(64);
    int[] lengths = {0, MAX, 0, 100};
    for (int length : lengths) {
      assertTrue(write(length));
    }
    producer.publish();
    long end = producer.claimedPosition();
    buffer.putLong(RingLayout.TAIL_OFFSET, consumer.position());
    RingProducer next = new RingProducer(buffer);
    assertEquals(end, next.claimedPosition());
    assertEquals(end, buffer.getLong(RingLayout.TAIL_OFFSET));
    assertEquals(0, next.unpublished());
    assertEquals(List.of(0, MAX, 0, 100), lengths());
  }

  @Example
  void aProducerRefusesWhatItsPredecessorCannotHaveWritten() {
    for (int length : new int[] {-1, MAX + 1, Integer.MAX_VALUE}) {
      buffer.putInt(DATA, length);
      buffer.putInt(DATA + 4, RingLayout.TYPE_DATA);
      assertThrows(CorruptRingException.class, () -> new RingProducer(buffer), "length " + length);
    }
    buffer.putLong(DATA, 0);
    for (long head : new long[] {-8, 4, 8, Long.MAX_VALUE}) {
      buffer.putLong(RingLayout.HEAD_OFFSET, head);
      assertThrows(CorruptRingException.class, () -> new RingProducer(buffer), "head " + head);
    }
  }

  /** One byte more would be behind the ring. */
  @Example
  void aRecordThatCrossesTheEndIsRefused() {
    leave(64);
    int at = DATA + CAPACITY - 64;
    buffer.putInt(at + 4, RingLayout.TYPE_DATA);
    buffer.putInt(at, 64 - HEADER + 1);
    assertThrows(CorruptRingException.class, this::lengths);
    buffer.putInt(at, 64 - HEADER);
    assertEquals(64, consumer.poll((b, found, length) -> assertEquals(at + HEADER, found), 1));
  }

  @Example
  void onlyWhatMayBeReusedIsWrittenAnew() {
    producer.reuseUpTo(0);
    assertFalse(producer.couldReuse());
    int written = 0;
    while (write(MAX)) {
      written++;
    }
    producer.publish();
    assertFalse(producer.couldReuse(), "nothing is taken");
    assertEquals(written, lengths().size());
    assertFalse(write(MAX), "what is taken may not be written anew");
    assertTrue(producer.couldReuse());
    producer.reuseUpTo(producer.released());
    assertFalse(producer.couldReuse());
    assertTrue(write(MAX));
  }

  /** Records that are not released are read once more, from any of their positions. */
  @Property
  void whatIsNotReleasedIsReadAgain(@ForAll long seed) {
    Random random = new Random(seed);
    buffer.put(0, new byte[buffer.capacity()]);
    long start = CAPACITY - 64 - 8L * random.nextInt(20);
    RingLayout.initialize(buffer, CAPACITY, start);
    RingProducer writing = new RingProducer(buffer);
    RingConsumer keeping = new RingConsumer(buffer, false);
    List<Long> positions = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    while (positions.size() < 12 && writing.claim(random.nextInt(MAX / 2)) >= 0) {
      writing.commit();
      writing.publish();
      keeping.poll(
          (b, at, length) -> {
            positions.add(keeping.recordPosition());
            lengths.add(length);
          },
          Integer.MAX_VALUE);
    }
    long end = keeping.position();
    long position = start;
    List<Integer> again = new ArrayList<>();
    while (position < end) {
      position = keeping.reread(position, end, (b, at, length) -> again.add(length));
    }
    assertEquals(end, position);
    assertEquals(lengths, again);
    long last = positions.get(positions.size() - 1);
    assertThrows(CorruptRingException.class, () -> keeping.reread(last, end - 8, (b, at, n) -> {}));
    assertThrows(CorruptRingException.class, () -> keeping.reread(end, end + 64, (b, at, n) -> {}));
  }

  private RingRecovery.Result repair() {
    return RingRecovery.repair(buffer, (b, at, length, position) -> true);
  }

  @Example
  void aRepairedRingHasNobodyAsleep() {
    assertTrue(consumer.park());
    buffer.putInt(RingLayout.PRODUCER_WAITING_OFFSET, 1);
    repair();
    assertEquals(0, buffer.getInt(RingLayout.CONSUMER_PARKED_OFFSET));
    assertEquals(0, buffer.getInt(RingLayout.PRODUCER_WAITING_OFFSET));
  }

  @Example
  void whatARepairKeepsIsCounted() {
    leave(128);
    long start = consumer.position();
    // Up to the end of the ring, and on from its start.
    assertTrue(write(128 - HEADER));
    assertTrue(write(10));
    producer.publish();
    assertEquals(new RingRecovery.Result(0, 128 + 24, false), repair());
    assertEquals(start + 128 + 24, buffer.getLong(RingLayout.TAIL_OFFSET));
    assertEquals(List.of(128 - HEADER, 10), lengths());
  }

  /** Records without an end would leave no room for the end. */
  @Example
  void aRepairLeavesRoomForTheEnd() {
    leave(128);
    for (int at = 0; at < CAPACITY; at += 64) {
      RingLayout.LONG.set(buffer, DATA + at, RingLayout.header(56, RingLayout.TYPE_DATA));
    }
    assertEquals(new RingRecovery.Result(0, CAPACITY - 64, true), repair());
    assertEquals(CAPACITY / 64 - 1, lengths().size());
    for (int at = 0; at < CAPACITY; at += 8) {
      RingLayout.LONG.set(buffer, DATA + at, RingLayout.header(0, RingLayout.TYPE_DATA));
    }
    assertEquals(new RingRecovery.Result(0, CAPACITY - 8, true), repair());
  }

  /** Positions are not used twice: they go on from the highest that is possible. */
  @Example
  void whereNothingIsIntactARingGoesOnBehindWhatWasThere() {
    long head = 1L << 20;
    long[][] tailsAndStarts = {
      {head, head},
      {head + 8, head + 8},
      {head + CAPACITY, head + CAPACITY},
      {head + CAPACITY + 8, head},
      {head + 4, head},
      {head - 8, head},
      {-8, head},
      {Long.MAX_VALUE, head},
    };
    for (long[] pair : tailsAndStarts) {
      buffer.putLong(RingLayout.HEAD_OFFSET, head);
      buffer.putLong(RingLayout.TAIL_OFFSET, pair[0]);
      assertEquals(new RingRecovery.Result(pair[1] - head, 0, false), repair());
      assertEquals(pair[1], buffer.getLong(RingLayout.HEAD_OFFSET), "tail " + pair[0]);
      assertEquals(pair[1], buffer.getLong(RingLayout.TAIL_OFFSET), "tail " + pair[0]);
    }
  }
}
