package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.vertxipc.testing.JsonTrees;

/** JSON in its binary form arrives as its text would, and bytes that are none do no harm. */
class BinaryJsonTest {
  private static final int AT = 5;

  private final MessageDecoder decoder = new MessageDecoder(SerializableBodies.NONE);

  /** What arrives, or the failure that the sender gets. */
  private Object delivered(Object json, boolean binary, int piece) {
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    try {
      encoder.to(FrameKind.SEND, 1, 0).takesBinaryJson(binary).body(null, json);
    } catch (RuntimeException e) {
      return e.getMessage();
    }
    try {
      return inPieces(encoder, piece);
    } catch (DecodeException e) {
      return e
          .getMessage(); // Half a character that the text's writer lets pass, and its reader not.
    }
  }

  /** Sends a frame through records of this length, and reads it from memory outside the heap. */
  private Object inPieces(MessageEncoder encoder, int piece) {
    FrameAssembler assembler = new FrameAssembler(1 << 26);
    Object[] body = new Object[1];
    RecordsSink sink = new RecordsSink(piece);
    FrameSender sender = new FrameSender(sink, 1 << 26);
    sender.send(encoder);
    while (sender.queued() > 0) {
      sender.drain();
    }
    for (byte[] record : sink.records) {
      ByteBuffer in = ByteBuffer.allocateDirect(AT + record.length).put(AT, record);
      assembler.onRecord(in, AT, record.length, f -> body[0] = decoder.wrap(f).body());
    }
    return body[0];
  }

  @Property(tries = 3000)
  void itArrivesAsItsTextWould(@ForAll long seed, @ForAll @IntRange(min = 16, max = 300) int n) {
    Object json = new JsonTrees(seed, seed % 2 == 0).next();
    Object asText = delivered(json, false, 1 << 20);
    Object asBinary = delivered(json, true, seed % 3 == 0 ? n : 1 << 20);
    assertTrue(JsonTrees.isSame(asText, asBinary), () -> asText + " and " + asBinary);
    assertNotSame(json, asBinary);
  }

  @Property(tries = 500)
  void whatIsCommonIsBinary(@ForAll long seed) {
    Object json = new JsonTrees(seed, true).next();
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    encoder.to(FrameKind.SEND, 1, 0).takesBinaryJson(true).body(null, json);
    boolean longName = String.valueOf(json).contains("z".repeat(1_001));
    assertTrue(longName || encoder.asText(), "it went as text: " + json);
  }

  /** Nobody who has not said so gets it, even when it is passed on as it came. */
  @Property(tries = 500)
  void whoTakesTextGetsText(@ForAll long seed) {
    Object json = new JsonTrees(seed, true).next();
    EncodedBody binary = EncodedBody.binaryOf(json);
    for (Object body : binary == null ? List.of(json) : List.of(json, binary)) {
      MessageEncoder text = new MessageEncoder(SerializableBodies.NONE);
      text.to(FrameKind.SEND, 1, 0).body(null, body);
      MessageEncoder replaced = new MessageEncoder(SerializableBodies.NONE);
      replaced.to(FrameKind.SEND, 1, 0).takesBinaryJson(true).body(null, body);
      replaced.asText();
      for (MessageEncoder encoder : List.of(text, replaced)) {
        byte[] frame = new byte[encoder.length()];
        encoder.write(ByteBuffer.wrap(frame), 0);
        int type = json instanceof JsonObject ? BodyType.JSON_OBJECT : BodyType.JSON_ARRAY;
        assertEquals(type, frame[1]);
        String sent = new String(frame, 8, frame.length - 8, StandardCharsets.UTF_8);
        assertEquals(Json.encodeToBuffer(json).toString(), sent);
      }
    }
  }

  private static Object read(int type, byte[] bytes) {
    return new EncodedBody(type, null, Buffer.buffer(bytes)).decode(SerializableBodies.NONE);
  }

  @Property(tries = 1000)
  void bytesThatWereChangedAreReadOrRefused(@ForAll long seed) {
    Object json = new JsonTrees(seed, true).next();
    EncodedBody encoded = EncodedBody.binaryOf(json);
    if (encoded == null) {
      return;
    }
    Random random = new Random(seed);
    byte[] bytes = encoded.bytes().getBytes();
    for (int i = 0; i < 20; i++) {
      byte[] changed =
          Arrays.copyOf(
              bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1));
      for (int n = random.nextInt(4); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertTrue(read(encoded.type(), changed) != null);
      } catch (ProtocolException e) {
        assertTrue(e.getMessage().startsWith("JSON") || e.getMessage().contains("behind JSON"));
      }
    }
    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    assertThrows(ProtocolException.class, () -> read(encoded.type(), cut));
  }

  private static String refused(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return assertThrows(ProtocolException.class, () -> read(BodyType.BINARY_ARRAY, all))
        .getMessage();
  }

  @Example
  void lengthsAreCheckedBeforeAnythingIsMade() {
    assertEquals("JSON that ends too early", refused());
    assertEquals("1 bytes behind JSON", refused(0, 0));
    assertEquals("JSON with a value of kind 9", refused(1, 9));
    assertEquals("JSON with a value of kind -1", refused(1, 255));
    assertEquals("JSON with a length of 2 where 1 bytes are left", refused(2, 0));
    assertEquals("JSON with a length of 5 where 1 bytes are left", refused(1, 5, 5, 'a'));
    assertEquals("JSON with a length of 1 where 0 bytes are left", refused(1, 7, 1));
    assertEquals(
        "JSON with a length of 8 where 7 bytes are left", refused(1, 4, 0, 0, 0, 0, 0, 0, 0));
    String longest = refused(255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    assertEquals("JSON with a length of -1 where 0 bytes are left", longest);
    assertEquals(
        "JSON with a number of more than 10 bytes",
        refused(128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0));
  }

  /** Each array says that it has as many values as there can be. */
  @Example
  void whatIsAllocatedGrowsWithWhatIsThere() {
    int length = 1 << 20;
    byte[] bytes = new byte[length];
    for (int i = 0, at = 0; i < BinaryJson.MAX_DEPTH; i++) {
      int count = 500_000;
      bytes[at++] = (byte) (count | 0x80);
      bytes[at++] = (byte) (count >> 7 | 0x80);
      bytes[at++] = (byte) (count >> 14);
      bytes[at++] = BinaryJson.ARRAY;
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThrows(ProtocolException.class, () -> read(BodyType.BINARY_ARRAY, bytes));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // The copy of the bytes, and lists that have grown with what was read.
    assertTrue(allocated < 40L * length, allocated + " bytes");
  }

  @Example
  void theDepthIsBounded() {
    JsonArray json = new JsonArray();
    for (int depth = 2; depth <= BinaryJson.MAX_DEPTH; depth++) {
      json = new JsonArray().add(json);
    }
    EncodedBody deepest = EncodedBody.binaryOf(json);
    assertEquals(json, deepest.decode(SerializableBodies.NONE));
    assertNull(EncodedBody.binaryOf(new JsonArray().add(json)));
    assertEquals(new JsonArray().add(json), delivered(new JsonArray().add(json), true, 1 << 20));
    Buffer deeper = Buffer.buffer(new byte[] {1, BinaryJson.ARRAY}).appendBuffer(deepest.bytes());
    assertEquals(
        "JSON of more than 100 levels",
        assertThrows(ProtocolException.class, () -> read(BodyType.BINARY_ARRAY, deeper.getBytes()))
            .getMessage());
    Map<String, Object> self = new LinkedHashMap<>();
    self.put("self", self);
    assertNull(EncodedBody.binaryOf(new JsonObject(self)));
  }

  @Example
  void aNameThatComesAgainIsTheSameString() {
    NameTable names = new NameTable();
    byte[] bytes = "quantity\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    String first = names.get(bytes, 0, 9, false);
    String second = names.get(bytes, 0, 9, false);
    assertSame(second, names.get(bytes, 0, 9, false));
    assertEquals(first, second);
    assertEquals("quantity\ufffd", names.get(bytes, 0, 9, true));
    for (int i = 0; i < 100_000; i++) {
      byte[] other = ("n" + i).getBytes(StandardCharsets.UTF_8);
      assertEquals("n" + i, names.get(other, 0, other.length, i % 2 == 0));
    }
    // Names that come once take no place.
    assertSame(second, names.get(bytes, 0, 9, false));
    byte[] cut = "quantity".getBytes(StandardCharsets.UTF_8);
    for (int n = 0; n <= 8; n++) {
      for (int i = 0; i < 3; i++) {
        assertEquals("quantity".substring(n), names.get(cut, n, 8 - n, false));
      }
    }
    assertNotEquals(first, names.get(bytes, 1, 8, false));
  }
}
