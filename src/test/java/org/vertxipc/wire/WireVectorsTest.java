package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.testing.Vectors;
import org.vertxipc.testing.Vectors.Vector;

/**
 * Compares frames, and the fragments of frames, with the test vectors. {@code HostileVectorsTest}
 * shows what a bridge does with the wrong ones, of which those are here that this package refuses.
 */
class WireVectorsTest {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  static List<Vector> frames() {
    return Vectors.read("frames", "frames");
  }

  static List<Vector> fragments() {
    return Vectors.read("channels", "fragments");
  }

  static List<Vector> hostileRecords() {
    return Vectors.read("hostile", "records");
  }

  static List<Vector> hostileHellos() {
    return Vectors.read("hostile", "hellos");
  }

  private static List<Vector> hostile(String must) {
    return Vectors.read("hostile", "frames").stream()
        .filter(v -> v.json().getString("must").equals(must))
        .toList();
  }

  static List<Vector> readNevertheless() {
    return hostile("read");
  }

  static List<Vector> cut() {
    return Vectors.read("hostile", "frames").stream()
        .filter(v -> v.json().containsKey("of"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aFrameHasTheseBytesAndThisMeaning(Vector vector) {
    JsonObject words = vector.json().getJsonObject("frame");
    assertEquals(
        Vectors.hex(vector.bytes()), Vectors.hex(FrameWords.bytes(FrameWords.encode(words))));
    assertEquals(words, decode(vector.bytes()));
  }

  /** Bytes that a reader ignores are those of which the documents say that they are 0. */
  @ParameterizedTest
  @MethodSource("frames")
  void eachByteMeansSomething(Vector vector) {
    byte[] bytes = vector.bytes();
    JsonObject words = vector.json().getJsonObject("frame");
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      JsonObject found = null;
      try {
        found = decode(changed);
      } catch (RuntimeException e) {
        continue; // It is refused.
      }
      if (bytes[i] != 0) {
        assertNotEquals(words, found, "byte " + i);
      }
    }
  }

  private static JsonObject decode(byte[] bytes) {
    List<JsonObject> all = new ArrayList<>();
    assemble(List.of(bytes), frame -> all.add(FrameWords.decode(frame)));
    assertEquals(1, all.size());
    return all.get(0);
  }

  private static void assemble(List<byte[]> records, Consumer<Frame> frames) {
    FrameAssembler assembler = new FrameAssembler(MAX_MESSAGE_BYTES);
    for (byte[] record : records) {
      // Other bytes are before and behind it.
      byte[] among = new byte[record.length + 16];
      Arrays.fill(among, (byte) 0x5a);
      System.arraycopy(record, 0, among, 8, record.length);
      assembler.onRecord(ByteBuffer.wrap(among), 8, record.length, frames::accept);
    }
  }

  @Test
  void thereIsAVectorOfEachKindAndBody() {
    Set<String> types = new TreeSet<>();
    Set<Integer> kinds = new TreeSet<>();
    for (Vector vector : frames()) {
      kinds.add((int) vector.bytes()[0]);
      JsonObject body = vector.json().getJsonObject("frame").getJsonObject("body");
      if (body != null) {
        types.add(body.getString("type"));
      }
    }
    Set<Integer> all = IntStream.rangeClosed(1, 16).boxed().collect(Collectors.toSet());
    // Fragments have vectors of their own, and a client knows no stores.
    all.removeAll(List.of(FrameKind.FRAGMENT_FIRST, FrameKind.FRAGMENT_NEXT, FrameKind.STORED));
    assertEquals(all, kinds);
    assertEquals(17, types.size(), types.toString());
  }

  @ParameterizedTest
  @MethodSource("fragments")
  void aLongFrameGoesInTheseRecords(Vector vector) {
    byte[] frame = Vectors.bytes(vector.json().getString("frame"));
    JsonObject words = decode(frame);
    RecordsSink sink = new RecordsSink(vector.json().getInteger("longest"));
    new FrameSender(sink, MAX_MESSAGE_BYTES).send(FrameWords.encode(words));
    List<String> expected = vector.list("records").stream().map(Vectors::hex).toList();
    assertEquals(expected, sink.records.stream().map(Vectors::hex).toList());
    List<JsonObject> read = new ArrayList<>();
    assemble(vector.list("records"), f -> read.add(FrameWords.decode(f)));
    assertEquals(List.of(words), read);
  }

  @ParameterizedTest
  @MethodSource("hostileRecords")
  void recordsThatAreNoFrameAreRefused(Vector vector) {
    List<Integer> kinds = new ArrayList<>();
    try {
      assemble(vector.list("records"), frame -> kinds.add(frame.kind()));
    } catch (ProtocolException e) {
      assertEquals(List.of(), kinds);
      return;
    }
    // What is left to whoever takes frames is a kind that is no frame.
    assertEquals(List.of(FrameKind.FRAGMENT_FIRST), kinds);
  }

  @ParameterizedTest
  @MethodSource("hostileHellos")
  void aWrongHelloIsRefused(Vector vector) {
    for (byte[] bytes : versions(vector)) {
      assertThrows(
          ProtocolException.class,
          () ->
              assemble(
                  List.of(bytes),
                  frame ->
                      ControlFrames.readHello(frame)
                          .require("orders", 0x00f3a1b2c3d4e5f6L, 0x1122334455667788L)),
          Vectors.hex(bytes));
    }
  }

  /** Returns the bytes of a vector: several, when it is one of frames.json that is cut. */
  private static List<byte[]> versions(Vector vector) {
    JsonArray cut = vector.json().getJsonArray("cut");
    if (cut == null) {
      return List.of(vector.bytes());
    }
    byte[] whole = Vectors.read("frames", "frames", vector.json().getString("of")).bytes();
    assertTrue(cut.getInteger(1) < whole.length);
    return IntStream.rangeClosed(cut.getInteger(0), cut.getInteger(1))
        .mapToObj(length -> Arrays.copyOf(whole, length))
        .toList();
  }

  /** What is wrong with a body is no reason to end a channel. */
  private static void readWithoutBody(Frame frame) {
    int kind = frame.kind();
    if (FrameKind.isMessage(kind) || kind == FrameKind.BOUNCE || kind == FrameKind.RELAYED) {
      new MessageDecoder(SerializableBodies.NONE).wrap(frame);
    } else {
      FrameWords.decode(frame);
    }
  }

  @ParameterizedTest
  @MethodSource("cut")
  void aFrameThatIsCutIsRefusedOrHasNoBody(Vector vector) {
    boolean ends = vector.json().getString("must").equals("end");
    for (byte[] bytes : versions(vector)) {
      if (ends) {
        assertThrows(
            ProtocolException.class,
            () -> assemble(List.of(bytes), WireVectorsTest::readWithoutBody),
            Vectors.hex(bytes));
        continue;
      }
      List<MessageDecoder> read = new ArrayList<>();
      MessageDecoder decoder = new MessageDecoder(SerializableBodies.NONE);
      assemble(List.of(bytes), frame -> read.add(decoder.wrap(frame)));
      assertThrows(RuntimeException.class, read.get(0)::body, Vectors.hex(bytes));
    }
  }

  @ParameterizedTest
  @MethodSource("readNevertheless")
  void someWrongBytesAreRead(Vector vector) {
    assertEquals(vector.json().getJsonObject("frame"), decode(vector.bytes()));
    assertThrows(
        AssertionError.class,
        () ->
            assertArrayEquals(
                vector.bytes(),
                FrameWords.bytes(FrameWords.encode(vector.json().getJsonObject("frame")))),
        "it is not wrong");
  }
}
