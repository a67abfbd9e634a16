package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Messages that are cut, behind which other bytes stand, and those of the greatest lengths. */
class WireEdgesTest {
  private static final int AT = 5;
  private static final int BEHIND = 64;
  private static final int MAX_SHORT = 0xffff;
  private static final byte OTHER = 1;

  private static MessageEncoder to(int kind) {
    return new MessageEncoder(SerializableBodies.NONE).to(kind, 7, 8);
  }

  /** The bytes of a message, among those of others. */
  private static ByteBuffer among(MessageEncoder encoder) {
    byte[] bytes = new byte[AT + encoder.length() + BEHIND];
    Arrays.fill(bytes, OTHER);
    encoder.write(ByteBuffer.wrap(bytes), AT);
    return ByteBuffer.wrap(bytes);
  }

  private static MessageDecoder decode(ByteBuffer in, int length) {
    return new MessageDecoder(SerializableBodies.NONE).wrap(in, AT, length, null);
  }

  @Property(tries = 500)
  void aMessageThatIsCutBeforeItsBodyIsRefused(
      @ForAll @IntRange(max = 3) int headers,
      @ForAll @IntRange(max = 3) int way,
      @ForAll @IntRange(min = FrameKind.SEND, max = FrameKind.REPLY) int kind,
      @ForAll @IntRange(max = 2) int around,
      @ForAll boolean codec,
      @ForAll @IntRange(max = 5) int length) {
    boolean stored = around == 1;
    boolean bounced = around == 2;
    MessageEncoder encoder = to(kind).relayed(new long[way]);
    if (stored) {
      encoder.stored("address", 5);
    } else if (bounced) {
      encoder.bounce();
    }
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers; i++) {
      map.add("n" + i, "v".repeat(3 * i));
    }
    Buffer body = Buffer.buffer(new byte[length]);
    encoder.body(map, codec ? new EncodedBody(BodyType.USER, "codec", body) : body);
    int bodyAt = encoder.headLength();
    ByteBuffer in = among(encoder);
    for (int n = 0; n < bodyAt; n++) {
      int cut = n;
      assertThrows(ProtocolException.class, () -> decode(in, cut), "of " + n + " bytes");
    }
    if (!isKnown(kind, stored, bounced, way)) {
      assertThrows(ProtocolException.class, () -> decode(in, encoder.length()));
      return;
    }
    MessageDecoder m = decode(in, encoder.length());
    assertEquals(kind, m.kind());
    assertEquals(7, m.target());
    assertEquals(codec ? "codec" : null, m.codecName());
    assertEquals(stored ? "address" : null, m.storedAddress());
    assertEquals(body, m.bodyBytes());
    assertEquals(headers, m.headers() == null ? 0 : m.headers().size());
  }

  private static boolean isKnown(int kind, boolean stored, boolean bounced, int way) {
    return switch (kind) {
      case FrameKind.PUBLISH -> !bounced && way <= 1;
      case FrameKind.REQUEST -> !stored;
      case FrameKind.REPLY -> !stored && !bounced && way == 0;
      default -> true;
    };
  }

  private static String refused(MessageEncoder encoder, MultiMap headers) {
    return assertThrows(IllegalArgumentException.class, () -> encoder.body(headers, "b"))
        .getMessage();
  }

  private static MultiMap header(String name) {
    return MultiMap.caseInsensitiveMultiMap().add(name, "v");
  }

  @Example
  void theLongestPartsPassAndLongerOnesAreRefused() {
    String longest = "a".repeat(MAX_SHORT);
    MessageEncoder stored = to(FrameKind.SEND).stored(longest, 1);
    stored.body(header(longest), "b");
    MessageDecoder m = decode(among(stored), stored.length());
    assertEquals(longest, m.storedAddress());
    assertEquals("v", m.headers().get(longest));
    String longer = longest + "a";
    assertEquals(
        "Address of 65536 bytes", refused(to(FrameKind.SEND).stored(longer, 1), header("n")));
    assertEquals("Header name of 65536 bytes", refused(to(FrameKind.SEND), header(longer)));
    MultiMap many = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < MAX_SHORT; i++) {
      many.add("n", "");
    }
    MessageEncoder most = to(FrameKind.SEND);
    most.body(many, "b");
    assertEquals(MAX_SHORT, decode(among(most), most.length()).headers().getAll("n").size());
    assertEquals("More than 65535 headers", refused(to(FrameKind.SEND), many.add("n", "")));
  }

  @Property
  void textsOfAnyLengthAreUtf8(@ForAll String part, @ForAll @IntRange(max = 400) int times) {
    String text = part.substring(0, Math.min(part.length(), 9)).repeat(times);
    // A surrogate without its other half becomes a question mark.
    byte[] expected = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(expected.length, Utf8.length(text));
    ByteBuffer out = ByteBuffer.allocate(expected.length + 1);
    assertEquals(1 + expected.length, Utf8.write(text, out, 1));
    assertArrayEquals(expected, Arrays.copyOfRange(out.array(), 1, 1 + expected.length));
    String same = new String(expected, StandardCharsets.UTF_8);
    assertEquals(same, Utf8.read(out, 1, expected.length));
  }

  @Example
  void aFrameIsAsLongAsItsParts() {
    ByteBuffer in = ByteBuffer.allocate(AT + 10);
    assertEquals(10, new Frame().set(in, AT, 10, null, 0).total());
    assertEquals(13, new Frame().set(in, AT, 10, Buffer.buffer("abc"), 0).total());
  }
}
