package org.vertxipc.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames come out whole, however a stream is cut into records and batches. */
class FramesTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<byte[]> handed = new ArrayList<>();

  private void take(ByteBuf frames) {
    byte[] bytes = new byte[frames.readableBytes()];
    frames.readBytes(bytes);
    frames.release();
    handed.add(bytes);
  }

  private static byte[] frame(int length, Random random) {
    byte[] body = new byte[length];
    random.nextBytes(body);
    return ByteBuffer.allocate(Integer.BYTES + length).putInt(length).put(body).array();
  }

  private static boolean isWhole(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    while (b.remaining() >= Integer.BYTES) {
      int length = b.getInt();
      if (length > b.remaining()) {
        return false;
      }
      b.position(b.position() + length);
    }
    return !b.hasRemaining();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 100, 4_096, 70_000})
  void framesAreWholeHoweverTheyAreCut(int longestRecord) {
    for (int seed = 0; seed < 40; seed++) {
      handed.clear();
      Random random = new Random(seed);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      int frames = 1 + random.nextInt(30);
      for (int i = 0; i < frames; i++) {
        int length = random.nextInt(random.nextInt(10) == 0 ? 200_000 / longestRecord + 9 : 50);
        all.writeBytes(frame(length, random));
      }
      byte[] stream = all.toByteArray();
      Frames gatherer = new Frames(this::take, 1 << 20);
      ByteBuffer memory = ByteBuffer.allocateDirect(stream.length).put(stream);
      for (int at = 0; at < stream.length; ) {
        int length = Math.min(1 + random.nextInt(longestRecord), stream.length - at);
        gatherer.read(memory, at, length);
        at += length;
        if (random.nextInt(3) == 0) {
          gatherer.fire();
        }
      }
      gatherer.fire();
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      for (byte[] piece : handed) {
        assertTrue(isWhole(piece), "seed " + seed);
        got.writeBytes(piece);
      }
      assertArrayEquals(stream, got.toByteArray(), "seed " + seed);
    }
  }

  @Test
  void whatIsNotWholeWaits() {
    byte[] frame = frame(10, new Random(1));
    Frames gatherer = new Frames(this::take, 10);
    ByteBuffer memory = ByteBuffer.wrap(frame);
    for (int i = 0; i < frame.length - 1; i++) {
      gatherer.read(memory, i, 1);
      gatherer.fire();
      assertEquals(0, handed.size());
    }
    gatherer.read(memory, frame.length - 1, 1);
    assertEquals(0, handed.size());
    gatherer.fire();
    assertArrayEquals(frame, handed.get(0));
    gatherer.fire();
    assertEquals(1, handed.size());
  }

  /** A frame of 64 KiB or more does not wait for the end of a batch. */
  @Test
  void manyAreHandedOverAtOnce() {
    byte[] frame = frame(64 * 1024 - Integer.BYTES, new Random(1));
    Frames gatherer = new Frames(this::take, 1 << 20);
    ByteBuffer memory = ByteBuffer.wrap(frame);
    gatherer.read(memory, 0, frame.length - 1);
    assertEquals(0, handed.size());
    gatherer.read(memory, frame.length - 1, 1);
    assertEquals(1, handed.size());
  }

  /**
   * Memory is taken in proportion to what arrives, whether frames are short or long and however a
   * batch is cut: growing by each record would copy what is there each time.
   */
  @ParameterizedTest
  @CsvSource({
    "60, 64, 16000",
    "60, 1, 16000",
    "60, 640, 16000",
    "60, 100, 60000",
    "5, 9, 60000",
    "3000, 3004, 60000",
    "3000, 100, 60000",
    "1000000, 4096, 3000000",
    "1000000, 16384, 3000000"
  })
  void memoryGrowsWithWhatArrives(int length, int record, int batch) {
    Frames gatherer = new Frames(ByteBuf::release, 1 << 20);
    byte[] stream = new byte[3_000_000 / (length + Integer.BYTES) * (length + Integer.BYTES)];
    ByteBuffer memory = ByteBuffer.wrap(stream);
    while (memory.remaining() > 0) {
      memory.putInt(length).position(memory.position() + length);
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    int inBatch = 0;
    for (int at = 0; at < stream.length; at += record) {
      int now = Math.min(record, stream.length - at);
      gatherer.read(memory, at, now);
      inBatch += now;
      if (inBatch >= batch) {
        gatherer.fire();
        inBatch = 0;
      }
    }
    gatherer.fire();
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 5L * stream.length, allocated + " bytes for " + stream.length);
  }

  @ParameterizedTest
  @CsvSource({"-1", "101", "2147483647", "-2147483648"})
  void lengthsThatAreNotAcceptedAreRefused(int length) {
    Frames gatherer = new Frames(this::take, 100);
    byte[] sound = frame(100, new Random(1));
    gatherer.read(ByteBuffer.wrap(sound), 0, sound.length);
    ByteBuffer bad = ByteBuffer.allocate(Integer.BYTES).putInt(length);
    gatherer.read(bad, 0, 3);
    String message =
        assertThrows(IllegalArgumentException.class, () -> gatherer.read(bad, 3, 1)).getMessage();
    assertEquals(
        "the other end announces a message of " + length + " bytes, accepted are 0 to 100",
        message);
  }
}
