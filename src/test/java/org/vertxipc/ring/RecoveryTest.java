package org.vertxipc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.faults.Faults;

/** Tests images of a ring as a machine may leave them after a loss of power. */
@Faults
class RecoveryTest {
  private static final int CAPACITY = 4096;
  private static final int PAGE = 256;

  private static final FaultTable.Row ROW = FaultTable.row("power lost, by images of the disk");

  private final ByteBuffer ring =
      ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
  private final List<Integer> written = new ArrayList<>();

  private static boolean isIntact(ByteBuffer buffer, int at, int length, long position) {
    return length >= 16
        && buffer.getLong(at + 4) == position
        && buffer.getInt(at) == checksum(buffer, at, length);
  }

  private static int checksum(ByteBuffer buffer, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(at + length).position(at + 4));
    return (int) crc.getValue();
  }

  private void empty() {
    written.clear();
    ring.put(0, new byte[ring.capacity()]);
    RingLayout.initialize(ring, CAPACITY);
  }

  private void fill(Random random, int consumed, int count) {
    empty();
    RingProducer producer = new RingProducer(ring);
    RingConsumer consumer = new RingConsumer(ring);
    for (int i = 0; i < consumed; i++) {
      assertTrue(write(producer, random, -1));
      assertTrue(consumer.poll((b, at, n) -> {}, CAPACITY) > 0);
    }
    for (int i = 0; i < count && write(producer, random, i); i++) {
      written.add(i);
    }
  }

  private boolean write(RingProducer producer, Random random, int number) {
    int length = 16 + random.nextInt(100);
    int at = producer.claim(length);
    if (at == RingProducer.FULL) {
      return false;
    }
    for (int i = 16; i < length; i++) {
      ring.put(at + i, (byte) random.nextInt());
    }
    ring.putLong(at + 4, producer.claimedPosition());
    ring.putInt(at + 12, number);
    ring.putInt(at, checksum(ring, at, length));
    producer.commit();
    producer.publish();
    return true;
  }

  private List<Integer> readAll() {
    List<Integer> read = new ArrayList<>();
    RingConsumer consumer = new RingConsumer(ring);
    while (consumer.poll((b, at, n) -> read.add(b.getInt(at + 12)), CAPACITY) > 0) {
      // the next
    }
    return read;
  }

  private void worksOn(Random random) {
    RingProducer producer = new RingProducer(ring);
    assertTrue(write(producer, random, 1_000_000));
    assertEquals(List.of(1_000_000), readAll());
  }

  @Property(tries = 300)
  void whatIsIntactIsKept(
      @ForAll long seed,
      @ForAll @IntRange(max = 200) int consumed,
      @ForAll @IntRange(max = 60) int count) {
    Random random = new Random(seed);
    fill(random, consumed, count);
    RingRecovery.Result result = RingRecovery.repair(ring, RecoveryTest::isIntact);
    assertEquals(0, result.skipped());
    assertFalse(result.cut());
    assertEquals(written, readAll());
    worksOn(random);
  }

  @Property(tries = 300)
  void aTailThatWasNotSaidIsFound(
      @ForAll long seed, @ForAll @IntRange(max = 60) int count, @ForAll long tail) {
    Random random = new Random(seed);
    fill(random, 50, count);
    RingLayout.LONG.set(ring, RingLayout.TAIL_OFFSET, tail);
    RingRecovery.repair(ring, RecoveryTest::isIntact);
    assertEquals(written, readAll());
    if (!written.isEmpty()) {
      worksOn(random);
    }
  }

  /** Tests pages that did not reach the disk: they have zeros, or what was there before. */
  @Property(tries = 500)
  void whatIsTornIsCutAndNothingElseIsMadeUp(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    Random random = new Random(seed);
    fill(random, 40, count);
    int page = RingLayout.DATA_OFFSET + PAGE * random.nextInt(CAPACITY / PAGE);
    byte[] other = new byte[PAGE];
    if (random.nextBoolean()) {
      random.nextBytes(other);
    }
    ring.put(page, other);
    RingRecovery.Result result = RingRecovery.repair(ring, RecoveryTest::isIntact);
    List<Integer> read = readAll();
    // This is one run of what was written: from the first record, unless that was torn.
    if (!read.isEmpty()) {
      int first = read.get(0);
      assertEquals(written.subList(first, first + read.size()), read);
      assertTrue(first == 0 || result.skipped() > 0);
    }
    worksOn(random);
  }

  /** The kernel writes pages back when it likes, and all of them when it is asked to. */
  @Property(tries = 1000)
  void whatIsOnTheDiskIsNotCutOff(@ForAll long seed) {
    Random random = new Random(seed);
    empty();
    RingProducer producer = new RingProducer(ring);
    producer.reuseUpTo(0);
    RingConsumer consumer = new RingConsumer(ring);
    ByteBuffer disk = ByteBuffer.allocate(ring.capacity());
    disk.put(0, ring, 0, ring.capacity());
    List<Integer> taken = new ArrayList<>();
    int number = 0;
    int safe = 0;
    for (int step = random.nextInt(400); step > 0; step--) {
      // A ring that is mostly full and seldom synced has only room that the disk does not know of.
      int chance = random.nextInt(40);
      if (chance == 0) {
        producer.reuseUpTo(producer.released());
        disk.put(0, ring, 0, ring.capacity());
        safe = number;
      } else if (chance < 20) {
        number += write(producer, random, number) ? 1 : 0;
      } else if (chance < 30) {
        consumer.poll((b, at, n) -> taken.add(b.getInt(at + 12)), 1);
      } else {
        writeBack(disk, random);
      }
    }
    int consumed = taken.size();
    ring.put(0, disk, 0, ring.capacity());
    RingRecovery.repair(ring, RecoveryTest::isIntact);
    List<Integer> read = readAll();
    List<Integer> owed = numbers(consumed, Math.max(consumed, safe));
    assertTrue(read.containsAll(owed), () -> "read " + read + ", owed " + owed);
    if (!read.isEmpty()) {
      int first = read.get(0);
      assertEquals(numbers(first, first + read.size()), read);
    }
    ROW.once();
  }

  private void writeBack(ByteBuffer disk, Random random) {
    int page = random.nextInt(CAPACITY / PAGE + 1) - 1;
    if (page < 0) {
      disk.put(0, ring, 0, RingLayout.DATA_OFFSET);
    } else {
      int at = RingLayout.DATA_OFFSET + PAGE * page;
      disk.put(at, ring, at, PAGE);
    }
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Property(tries = 500)
  void bytesAtRandomNeitherFailNorAreRead(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[CAPACITY];
    random.nextBytes(bytes);
    empty();
    ring.put(RingLayout.DATA_OFFSET, bytes);
    RingLayout.LONG.set(ring, RingLayout.HEAD_OFFSET, (long) random.nextInt(1 << 20) << 3);
    RingLayout.LONG.set(ring, RingLayout.TAIL_OFFSET, random.nextLong());
    RingRecovery.repair(ring, RecoveryTest::isIntact);
    assertEquals(List.of(), readAll());
    worksOn(random);
  }
}
