package org.vertxipc.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a body is in bytes, and what bytes are as a body. */
class CodecTest {
  private static final int MAX = 20;

  private final List<String> found = new ArrayList<>();
  private final Framing.Items items =
      new Framing.Items() {
        @Override
        public void onItem(Buffer bytes) {
          found.add("+" + bytes);
        }

        @Override
        public void onBad(BadMessageException e) {
          found.add("-" + e.getMessage() + ": " + e.excerpt());
        }
      };

  private List<String> feed(Framing framing, Buffer... buffers) {
    found.clear();
    for (Buffer b : buffers) {
      framing.feed(b, items);
    }
    framing.end(items);
    return List.copyOf(found);
  }

  @Test
  void bodiesAsBytes() {
    Object[][] table = {
      {Codec.RAW, "text", "text"},
      {Codec.RAW, Buffer.buffer("a\nb"), "a\nb"},
      {Codec.FRAMES, new byte[] {'a', '\n'}, "a\n"},
      {Codec.LINES, "line", "line"},
      {Codec.LINES, Buffer.buffer("line"), "line"},
      {Codec.LINES, 17, "17"},
      {Codec.LINES, null, "null"},
      {Codec.JSON_LINES, new JsonObject().put("a", "b\nc"), "{\"a\":\"b\\nc\"}"},
      {Codec.JSON_LINES, null, "null"},
    };
    for (Object[] row : table) {
      assertEquals(row[2], ((Codec) row[0]).encode(row[1]).toString(), row[0] + " of " + row[1]);
    }
  }

  private static String refused(Codec codec, Object body) {
    return assertThrows(IllegalArgumentException.class, () -> codec.encode(body)).getMessage();
  }

  @Test
  void bodiesThatAreNoBytes() {
    for (Codec codec : new Codec[] {Codec.RAW, Codec.FRAMES}) {
      assertEquals("expected a body of bytes or text, found null", refused(codec, null));
      assertEquals("expected a body of bytes or text, found java.lang.Integer", refused(codec, 17));
    }
    for (String text : List.of("\n", "\nline", "line\n", "two\nlines")) {
      assertEquals("a line can't contain a line break", refused(Codec.LINES, text));
      assertEquals("a line can't contain a line break", refused(Codec.LINES, Buffer.buffer(text)));
    }
    assertEquals("it has no JSON form: ", refused(Codec.JSON_LINES, new Object()).substring(0, 21));
  }

  @Test
  void bytesAsBodies() throws Exception {
    Buffer notUtf8 = Buffer.buffer(new byte[] {'a', (byte) 0xc3});
    for (Codec codec : new Codec[] {Codec.RAW, Codec.FRAMES}) {
      assertEquals(notUtf8, codec.decode(notUtf8));
    }
    assertEquals("stra\u00dfe", Codec.LINES.decode(Buffer.buffer("stra\u00dfe")));
    assertEquals(new JsonArray().add(1), assertInstanceOf(JsonArray.class, json("[1]")));
    assertEquals(17, json("17"));
    for (Codec codec : new Codec[] {Codec.LINES, Codec.JSON_LINES}) {
      BadMessageException e = assertThrows(BadMessageException.class, () -> codec.decode(notUtf8));
      assertEquals("invalid UTF-8", e.getMessage());
      assertEquals("a\ufffd", e.excerpt());
    }
    assertEquals(
        "malformed JSON",
        assertThrows(BadMessageException.class, () -> json("{\"a\":")).getMessage());
  }

  private static Object json(String text) throws BadMessageException {
    return Codec.JSON_LINES.decode(Buffer.buffer(text));
  }

  /** What a codec puts into a stream its framing takes out again. */
  @Test
  void whatIsFramedIsFound() {
    Buffer longest = Buffer.buffer("x".repeat(MAX - 1));
    for (Codec codec : Codec.values()) {
      Buffer first = codec.frame(longest);
      Buffer second = codec.frame(Buffer.buffer("y"));
      boolean line = codec == Codec.LINES || codec == Codec.JSON_LINES;
      assertEquals(line ? 1 : 0, codec.lineBreak());
      assertEquals(longest.length() + (line ? 1 : codec == Codec.FRAMES ? 4 : 0), first.length());
      assertEquals(
          List.of("+" + longest, "+y"),
          feed(codec.framing(MAX, false), first, second),
          codec.name());
    }
  }

  @Test
  void theLongestThatIsTaken() {
    Buffer zeros = Buffer.buffer("x".repeat(MAX));
    assertEquals(
        List.of("+" + zeros, "+"),
        feed(
            new LengthFraming(MAX),
            Codec.FRAMES.frame(zeros),
            Codec.FRAMES.frame(Buffer.buffer())));
    assertEquals(
        List.of("-line of 21 bytes, at most 20 are accepted: " + zeros),
        feed(new LineFraming(MAX, false), Codec.LINES.frame(zeros)));
  }

  @Test
  void aLineThatIsTooLongBehindOthersIsMeasured() {
    Buffer lines = Buffer.buffer("a\n" + "x".repeat(40) + "\nb\n" + "y".repeat(19) + "\n");
    assertEquals(
        List.of(
            "+a",
            "-line of 41 bytes, at most 20 are accepted: " + "x".repeat(20),
            "+b",
            "+" + "y".repeat(19)),
        feed(new LineFraming(MAX, false), lines));
  }

  @Test
  void whatIsCutOffIsTold() {
    assertEquals(
        List.of("-frame without its end: \u0005\u0000\u0000\u0000ab"),
        feed(new LengthFraming(MAX), Buffer.buffer().appendIntLE(5).appendString("ab")));
    assertEquals(List.of("+ab"), feed(new LineFraming(MAX, false), Buffer.buffer("ab")));
    assertEquals(List.of("+ab"), feed(new LineFraming(MAX, false), Buffer.buffer("ab\r")));
    assertEquals(List.of("+ab\r"), feed(new LineFraming(MAX, true), Buffer.buffer("ab\r")));
    assertEquals(List.of(), feed(new LineFraming(MAX, false), Buffer.buffer()));
    // Its end never came: what was there is told as if it had come.
    assertEquals(
        List.of("-line of 46 bytes, at most 20 are accepted: " + "x".repeat(15) + "y".repeat(20)),
        feed(
            new LineFraming(MAX, false),
            Buffer.buffer("x".repeat(15)),
            Buffer.buffer("y".repeat(30))));
  }

  /** A framing is used for the next stream too, which has nothing of the one before. */
  @Test
  void aStreamBeginsAnew() {
    Framing lengths = new LengthFraming(MAX);
    Buffer lost = Buffer.buffer().appendIntLE(-1).appendString("what follows");
    assertEquals(1, feed(lengths, lost, Buffer.buffer("and more")).size());
    assertEquals(List.of("+a"), feed(lengths, Codec.FRAMES.frame(Buffer.buffer("a"))));
    assertEquals(1, feed(lengths, Buffer.buffer("ab")).size());
    assertEquals(List.of("+a"), feed(lengths, Codec.FRAMES.frame(Buffer.buffer("a"))));
    Framing lines = new LineFraming(MAX, false);
    assertEquals(1, feed(lines, Buffer.buffer("x".repeat(40))).size());
    Buffer marked = Buffer.buffer("\ufeffa\n");
    assertEquals(List.of("+a"), feed(lines, marked));
    assertEquals(List.of("+a"), feed(lines, marked));
  }

  /** The excerpt of a line that is too long holds bounded memory, however long the line is. */
  @Test
  void anExcerptIsBounded() {
    BadMessageException e = new BadMessageException("reason", Buffer.buffer("x".repeat(81)), null);
    assertEquals("x".repeat(80) + "...", e.excerpt());
    assertEquals(
        "x".repeat(80),
        new BadMessageException("reason", Buffer.buffer("x".repeat(80)), null).excerpt());
  }

  @Test
  void bytesAreALineAndHalfACharacterIsNone() {
    assertEquals("hi", Codec.LINES.encode(new byte[] {'h', 'i'}).toString());
    for (Codec codec : List.of(Codec.LINES, Codec.RAW, Codec.FRAMES)) {
      assertEquals("\ud83d\ude00", codec.encode("\ud83d\ude00").toString());
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> codec.encode("a\ud800"));
      assertEquals("the text has half of a surrogate pair", refused.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> Codec.LINES.encode(new byte[] {'h', '\n', 'i'}));
  }
}
