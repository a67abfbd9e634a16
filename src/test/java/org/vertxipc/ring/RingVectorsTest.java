package org.vertxipc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.testing.Vectors;
import org.vertxipc.testing.Vectors.Vector;

/** Compares rings with the test vectors, which are those of a little-endian machine. */
@EnabledIf("isLittleEndian")
class RingVectorsTest {
  private static final int CAPACITY = 4096;

  static boolean isLittleEndian() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  static List<Vector> rings() {
    return Vectors.read("channels", "rings");
  }

  static List<Vector> hostile() {
    return Vectors.read("hostile", "rings");
  }

  private static ByteBuffer image(Vector vector) {
    return Vectors.image(vector.json().getJsonObject("image"), RingLayout.size(CAPACITY));
  }

  /** Returns the parts of a ring that are not zero, each a long. */
  private static Map<Integer, String> parts(ByteBuffer ring) {
    Map<Integer, String> parts = new TreeMap<>();
    for (int at = 0; at < ring.capacity(); at += Long.BYTES) {
      long part = ring.getLong(at);
      if (part != 0) {
        parts.put(at, Long.toHexString(Long.reverseBytes(part)));
      }
    }
    return parts;
  }

  private static List<String> poll(RingConsumer consumer, int most) {
    List<String> records = new ArrayList<>();
    while (records.size() < most && consumer.isReady()) {
      consumer.poll(
          (buffer, at, length) -> {
            byte[] record = new byte[length];
            buffer.get(at, record);
            records.add(Vectors.hex(record));
          },
          1);
    }
    return records;
  }

  @ParameterizedTest
  @MethodSource("rings")
  void theStepsLeaveThisRing(Vector vector) {
    ByteBuffer ring =
        ByteBuffer.allocateDirect(RingLayout.size(CAPACITY)).order(ByteOrder.nativeOrder());
    assertEquals(CAPACITY, vector.json().getInteger("capacity"));
    RingLayout.initialize(ring, CAPACITY);
    RingProducer producer = new RingProducer(ring);
    RingConsumer consumer = new RingConsumer(ring);
    for (Object each : vector.json().getJsonArray("steps")) {
      JsonObject step = (JsonObject) each;
      if (step.containsKey("read")) {
        int count = step.getInteger("read");
        assertEquals(count, poll(consumer, count).size());
      } else if (step.containsKey("sleep")) {
        assertTrue(consumer.park());
      } else if (step.containsKey("publish")) {
        assertFalse(producer.publish(), "nobody sleeps");
      } else {
        byte[] payload =
            step.containsKey("zeros")
                ? new byte[step.getInteger("zeros")]
                : Vectors.bytes(step.getString("write"));
        int at = producer.claim(payload.length);
        assertNotEquals(RingProducer.FULL, at);
        ring.put(at, payload);
        producer.commit();
      }
    }
    assertEquals(parts(image(vector)), parts(ring));
  }

  @ParameterizedTest
  @MethodSource("rings")
  void whatIsNotReadIsRead(Vector vector) {
    ByteBuffer ring = image(vector);
    RingConsumer consumer = new RingConsumer(ring);
    assertEquals(vector.texts("unread").toList(), poll(consumer, Integer.MAX_VALUE));
    assertEquals(consumer.published(), consumer.position());
    // A writer goes on where the one before it was.
    RingProducer producer = new RingProducer(ring);
    int at = producer.claim(3);
    ring.put(at, new byte[] {1, 2, 3});
    producer.commit();
    assertEquals(ring.getInt(384) == 1, producer.publish(), "whether its reader sleeps");
    assertEquals(List.of("010203"), poll(consumer, Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aWrongRingIsRefused(Vector vector) {
    ByteBuffer ring = image(vector);
    if (vector.json().getString("side").equals("writer")) {
      assertThrows(CorruptRingException.class, () -> new RingProducer(ring));
    } else {
      assertThrows(
          CorruptRingException.class, () -> poll(new RingConsumer(ring), Integer.MAX_VALUE));
    }
  }
}
