package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.ClusterSerializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Bodies and texts, as bytes and back, where a frame may be cut anywhere. */
class WireBodiesTest {
  private static final int AT = 3;

  /** A body that writes itself. */
  public static final class Point implements ClusterSerializable {
    private String text = "";

    @Override
    public void writeToBuffer(Buffer buffer) {
      buffer.appendString(text);
    }

    @Override
    public int readFromBuffer(int pos, Buffer buffer) {
      text = buffer.getString(pos, buffer.length());
      return buffer.length();
    }
  }

  /** What jqwik's strings leave out. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "\u007f",
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\ud83d\ude00",
            "\udbff\udfff",
            "\ud800\udc00",
            "\ud800",
            "\udbff",
            "\udc00",
            "\udfff")
        .list()
        .ofMaxSize(60)
        .map(parts -> String.join("", parts));
  }

  @Property
  void textsAreWrittenAsTheJdkDoes(@ForAll("texts") String text) {
    byte[] expected = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate(AT + expected.length);
    assertEquals(expected.length, Utf8.length(text));
    assertEquals(AT + expected.length, Utf8.write(text, b, AT));
    assertArrayEquals(expected, Arrays.copyOfRange(b.array(), AT, b.capacity()));
    assertEquals(new String(expected, StandardCharsets.UTF_8), Utf8.read(b, AT, b.capacity() - AT));
  }

  private static Object again(Object body) {
    return EncodedBody.of(body, SerializableBodies.NONE).decode(SerializableBodies.NONE);
  }

  @Example
  void aFailureIsWhatItWas() {
    for (ReplyFailure type : ReplyFailure.values()) {
      for (String message : Arrays.asList(null, "", "zu sp\u00e4t")) {
        ReplyException e = (ReplyException) again(new ReplyException(type, -5, message));
        assertEquals(type, e.failureType());
        assertEquals(-5, e.failureCode());
        assertEquals(message, e.getMessage());
      }
    }
  }

  private static String refused(int type, int... bytes) {
    Buffer b = Buffer.buffer();
    for (int n : bytes) {
      b.appendByte((byte) n);
    }
    return assertThrows(
            RuntimeException.class,
            () -> new EncodedBody(type, null, b).decode(SerializableBodies.NONE),
            () -> "type " + type + " of " + Arrays.toString(bytes))
        .getMessage();
  }

  @Example
  void bodiesThatCanNotBeAreRefused() {
    assertTrue(refused(BodyType.NULL, 0).contains("expected 0"));
    int failure = BodyType.REPLY_EXCEPTION;
    assertEquals("failure of 5 bytes, at least 6 are needed", refused(failure, 0, 0, 0, 0, 0));
    assertEquals("failure of type -1", refused(failure, -1, 0, 0, 0, 0, 0));
    int types = ReplyFailure.values().length;
    assertEquals("failure of type " + types, refused(failure, types, 0, 0, 0, 0, 0));
    int self = BodyType.CLUSTER_SERIALIZABLE;
    assertEquals("ClusterSerializable of 1 bytes", refused(self, 0));
    assertEquals("class name of 2 bytes in 3", refused(self, 2, 0, 'x'));
    assertEquals("Class x of a body is not known here", refused(self, 1, 0, 'x'));
    assertEquals("Class  of a body is not known here", refused(self, 0, 0));
    assertEquals("decimal of 3 bytes", refused(BodyType.BIG_DECIMAL, 0, 0, 0));
    assertEquals("integer of no bytes", refused(BodyType.BIG_DECIMAL, 0, 0, 0, 0));
    assertEquals("integer of no bytes", refused(BodyType.BIG_INTEGER));
    assertEquals("body of type 99", refused(99));
    Buffer other = Buffer.buffer().appendUnsignedShortLE(16).appendString("java.lang.String");
    assertEquals(
        "Class java.lang.String is not ClusterSerializable",
        assertThrows(
                IllegalArgumentException.class,
                () -> new EncodedBody(self, null, other).decode(SerializableBodies.NONE))
            .getMessage());
  }

  @Example
  void aBodyThatWritesItselfIsWhatItWas() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      for (ClassLoader l : Arrays.asList(loader, null)) {
        Thread.currentThread().setContextClassLoader(l);
        for (String text : List.of("", "some text")) {
          Point point = new Point();
          point.text = text;
          assertEquals(text, ((Point) again(point)).text);
        }
      }
    } finally {
      Thread.currentThread().setContextClassLoader(loader);
    }
  }

  @Example
  void whatNobodyMayChangeIsGivenToAll() {
    List<Object> immutable =
        Arrays.asList(
            null,
            "s",
            1,
            2L,
            3f,
            4d,
            true,
            (short) 5,
            'c',
            (byte) 6,
            BigInteger.TEN,
            new BigDecimal("1.50"),
            new ReplyException(ReplyFailure.ERROR, 1, "m"));
    List<Object> mutable =
        List.of(
            Buffer.buffer("b"),
            new JsonObject().put("a", 1),
            new JsonArray().add(1),
            new byte[] {1},
            new Point());
    immutable.forEach(body -> assertImmutable(true, body));
    mutable.forEach(body -> assertImmutable(false, body));
    assertFalse(new EncodedBody(BodyType.USER, "c", Buffer.buffer()).isImmutable());
    for (Object body : immutable.subList(0, 12)) {
      assertEquals(body, again(body));
    }
    assertNull(again(null));
    assertArrayEquals(new byte[] {1}, (byte[]) again(new byte[] {1}));
  }

  private static void assertImmutable(boolean expected, Object body) {
    EncodedBody encoded = EncodedBody.of(body, SerializableBodies.NONE);
    assertEquals(expected, encoded.isImmutable(), () -> "" + body);
    MessageDecoder m = decoder(new MessageEncoder(SerializableBodies.NONE).to(6, 1, 0), body);
    assertEquals(expected, m.isBodyImmutable());
    assertEquals(encoded, m.encodedBody());
    assertEquals(encoded.bytes(), m.bodyBytes());
    assertEquals(9, m.priority());
    // Passed on as it stands.
    MessageDecoder on = decoder(new MessageEncoder(SerializableBodies.NONE).to(6, 1, 0), encoded);
    assertEquals(encoded, on.encodedBody());
  }

  private static MessageDecoder decoder(MessageEncoder encoder, Object body) {
    byte[] bytes = bytes(encoder.body(null, body));
    Frame frame = new Frame().set(ByteBuffer.wrap(bytes), AT, bytes.length - AT, null, 9);
    return new MessageDecoder(SerializableBodies.NONE).wrap(frame);
  }

  private static byte[] bytes(MessageEncoder encoder) {
    byte[] bytes = new byte[AT + encoder.length()];
    encoder.write(ByteBuffer.wrap(bytes), AT);
    return bytes;
  }

  /** Of which only the first bytes are there: they say where the body starts, or not yet. */
  @Property
  void whereABodyStartsIsFoundInTheFirstPiece(
      @ForAll @IntRange(max = 3) int headers,
      @ForAll @IntRange(max = 3) int way,
      @ForAll @IntRange(min = FrameKind.SEND, max = FrameKind.REPLY) int kind,
      @ForAll boolean stored,
      @ForAll boolean bounced,
      @ForAll boolean codec,
      @ForAll @IntRange(max = 5) int length) {
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE).to(kind, -1, -1);
    encoder.relayed(new long[way]);
    if (stored) {
      encoder.stored("address", 5);
    }
    if (bounced) {
      encoder.bounce();
    }
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers; i++) {
      map.add("n".repeat(i), "v".repeat(3 * i));
    }
    Buffer body = Buffer.buffer(new byte[length]);
    encoder.body(map, codec ? new EncodedBody(BodyType.USER, "codec", body) : body);
    assertEquals(encoder.length() - length, encoder.headLength());
    int bodyAt = encoder.headLength();
    byte[] bytes = bytes(encoder);
    for (int n = 1; n <= bytes.length - AT; n++) {
      // Nothing is behind it, so that a read too far fails.
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, AT + n));
      assertEquals(n < bodyAt ? -1 : bodyAt, MessageDecoder.bodyOffset(cut, AT, n), "of " + n);
    }
  }

  @Example
  void whatIsNoMessageHasNoBody() {
    for (int kind : new int[] {0, FrameKind.HELLO, FrameKind.BYE, FrameKind.AVAILABLE, 255}) {
      ByteBuffer b = ByteBuffer.allocate(40).put(0, (byte) kind);
      assertEquals(-1, MessageDecoder.bodyOffset(b, 0, 40), "kind " + kind);
    }
    ByteBuffer negative = ByteBuffer.allocate(20).put(0, (byte) FrameKind.SEND).put(2, (byte) 1);
    negative.putInt(10, -1);
    assertEquals(-1, MessageDecoder.bodyOffset(negative, 0, 20));
    // As many more Vert.x as a byte can say.
    ByteBuffer way = ByteBuffer.allocate(4 + 8 * 255 + 8).put(0, (byte) FrameKind.RELAYED);
    way.put(1, (byte) 255).put(4 + 8 * 255, (byte) FrameKind.SEND);
    assertEquals(way.capacity(), MessageDecoder.bodyOffset(way, 0, way.capacity()));
  }

  @Example
  void theLongestNamesAndTheMostHeaders() {
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    String longest = "x".repeat(65535);
    encoder.to(FrameKind.SEND, 1, 0).stored(longest, 1);
    assertEquals(longest, decoder(encoder, 1).storedAddress());
    encoder.to(FrameKind.SEND, 1, 0).stored(longest + "x", 1);
    assertThrows(IllegalArgumentException.class, () -> encoder.body(null, 1));
    MultiMap names = MultiMap.caseInsensitiveMultiMap().add(longest, "v");
    byte[] bytes = bytes(encoder.to(FrameKind.SEND, 1, 0).body(names, 1));
    MessageDecoder m = new MessageDecoder(SerializableBodies.NONE);
    m.wrap(ByteBuffer.wrap(bytes), AT, bytes.length - AT, null);
    assertEquals("v", m.headers().get(longest));
    MultiMap longer = MultiMap.caseInsensitiveMultiMap().add(longest + "x", "v");
    assertThrows(IllegalArgumentException.class, () -> encoder.to(6, 1, 0).body(longer, 1));
    MultiMap many =
        MultiMap.caseInsensitiveMultiMap()
            .add("n", (Iterable<String>) Collections.nCopies(65535, "v"));
    bytes = bytes(encoder.to(FrameKind.SEND, 1, 0).body(many, 1));
    m.wrap(ByteBuffer.wrap(bytes), AT, bytes.length - AT, null);
    assertEquals(65535, m.headers().getAll("n").size());
    many.add("n", "v");
    assertThrows(IllegalArgumentException.class, () -> encoder.to(6, 1, 0).body(many, 1));
  }

  @Example
  void anEncoderKeepsNothingOfTheMessageBefore() {
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    encoder.to(FrameKind.SEND, 1, 0).relayed(new long[] {1}).bounce().priority(7).body(null, "s");
    assertEquals(7, encoder.priority());
    encoder.to(FrameKind.SEND, 1, 0).body(null, new byte[5]);
    assertEquals(0, encoder.priority());
    assertEquals(8 + 5, encoder.length());
    assertEquals(8, encoder.headLength());
  }

  /** Buffers that are a part of another, on the heap and beside it. */
  @Example
  void partsOfBuffersAreWrittenAsTheyStand() {
    Buffer whole = Buffer.buffer("0123456789");
    Buffer direct =
        BufferInternal.buffer(Unpooled.directBuffer().writeBytes(whole.getBytes()).readerIndex(0));
    for (Buffer body : List.of(whole, whole.slice(2, 7), direct, direct.slice(2, 7))) {
      assertEquals(body, again(body));
      MessageEncoder e = new MessageEncoder(SerializableBodies.NONE).to(6, 1, 0).body(null, body);
      assertEquals(body.toString().length(), e.length() - 8);
      if (e.headLength() == 8) {
        ByteBuffer out = ByteBuffer.allocate(3);
        e.writePart(out, 1, 1, 2);
        assertEquals(body.getString(1, 3), new String(out.array(), 1, 2, StandardCharsets.UTF_8));
        Buffer rest = Buffer.buffer(e.rest(3).array());
        assertEquals(body.getBuffer(3, body.length()), rest);
      }
    }
  }
}
