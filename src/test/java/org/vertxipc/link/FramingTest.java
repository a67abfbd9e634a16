package org.vertxipc.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Checks that the result does not depend on where a stream is cut. */
class FramingTest {
  private static final int MAX = 20;

  private static final class Collected implements Framing.Items {
    private final List<String> items = new ArrayList<>();

    @Override
    public void onItem(Buffer bytes) {
      items.add("+" + bytes);
    }

    @Override
    public void onBad(BadMessageException e) {
      items.add("-" + e.getMessage());
    }
  }

  private static List<String> feed(Framing framing, Buffer stream, List<Integer> cuts) {
    Collected collected = new Collected();
    feed(framing, stream, cuts, collected);
    return collected.items;
  }

  private static void feed(
      Framing framing, Buffer stream, List<Integer> cuts, Framing.Items items) {
    int at = 0;
    for (int i = 0; at < stream.length(); i++) {
      int end = Math.min(stream.length(), at + (cuts.isEmpty() ? 3 : cuts.get(i % cuts.size())));
      framing.feed(stream.getBuffer(at, end), items);
      at = end;
    }
    framing.end(items);
  }

  /** Lines of a program that nobody here wrote, and what is to be found in them. */
  private static final class Lines {
    private final Buffer stream = Buffer.buffer();
    private final List<String> expected = new ArrayList<>();
    private final boolean keepsReturns;

    Lines(boolean marked, boolean keepsReturns) {
      this.keepsReturns = keepsReturns;
      stream.appendString(marked ? "\ufeff" : "");
    }

    void add(String text, String lineBreak) {
      stream.appendString(text).appendString(lineBreak);
      String line = text + (keepsReturns && lineBreak.startsWith("\r") ? "\r" : "");
      int length = Buffer.buffer(text).length() + Math.max(1, lineBreak.length());
      expected.add(
          length <= MAX
              ? "+" + line
              : "-line of " + length + " bytes, at most " + MAX + " are accepted");
    }
  }

  @Provide
  Arbitrary<String> lineBreaks() {
    return Arbitraries.of("\n", "\r\n");
  }

  /** Texts that bring no line break and no mark of their own. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any = Arbitraries.strings().ofMaxLength(30);
    Arbitrary<String> near = Arbitraries.strings().withChars("\ra\ufeffx ").ofMaxLength(22);
    return Arbitraries.oneOf(any, near, Arbitraries.just(""))
        .map(text -> text.replace('\n', ' ').replaceAll("\r+$", ""));
  }

  /** Whatever the line breaks are, with a mark or without, however the stream is cut. */
  @Property
  void lines(
      @ForAll @Size(max = 8) List<@From("texts") String> texts,
      @ForAll @Size(min = 8, max = 8) List<@From("lineBreaks") String> breaks,
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 40) Integer> cuts,
      @ForAll boolean marked,
      @ForAll boolean keepsReturns,
      @ForAll boolean open) {
    Lines lines = new Lines(marked, keepsReturns);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      String first = i == 0 && !marked ? text.replaceAll("^\ufeff+", "") : text;
      boolean last = i == texts.size() - 1;
      // What is left at the end is a line when there is anything.
      boolean cut = last && open && !first.isEmpty();
      lines.add(first, cut ? "" : breaks.get(i));
    }
    Framing framing = new LineFraming(MAX, keepsReturns);
    assertEquals(lines.expected, feed(framing, lines.stream, cuts));
    assertEquals(lines.expected, feed(framing, lines.stream, List.of()), "the next stream");
    assertEquals(lines.expected, feed(framing, lines.stream, List.of(1)), "byte by byte");
  }

  /** The same values, with any number of blank lines between them. */
  @Property
  void jsonLines(
      @ForAll @Size(max = 6) List<@IntRange(min = -9, max = 9) Integer> values,
      @ForAll @Size(min = 7, max = 7) List<@IntRange(min = 0, max = 3) Integer> blanks,
      @ForAll @Size(min = 7, max = 7) List<@From("lineBreaks") String> breaks,
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 9) Integer> cuts,
      @ForAll boolean marked) {
    StringBuilder stream = new StringBuilder(marked ? "\ufeff" : "");
    for (int i = 0; i < blanks.size(); i++) {
      for (int n = 0; n < blanks.get(i); n++) {
        stream.append(n % 2 == 0 ? "" : " \t").append(breaks.get(i));
      }
      if (i < values.size()) {
        stream.append(" ").append(values.get(i)).append(breaks.get(i));
      }
    }
    List<Object> found = new ArrayList<>();
    Framing.Items items =
        new Framing.Items() {
          @Override
          public void onItem(Buffer bytes) {
            try {
              if (!Codec.JSON_LINES.isBlank(bytes)) {
                found.add(Codec.JSON_LINES.decode(bytes));
              }
            } catch (BadMessageException e) {
              onBad(e);
            }
          }

          @Override
          public void onBad(BadMessageException e) {
            found.add(e);
          }
        };
    feed(Codec.JSON_LINES.framing(MAX, false), Buffer.buffer(stream.toString()), cuts, items);
    assertEquals(values, found);
  }

  @Property
  void lengths(
      @ForAll @Size(max = 8) List<@StringLength(max = 6) String> texts,
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 40) Integer> cuts,
      @ForAll int wrong) {
    Buffer stream = Buffer.buffer();
    List<String> expected = new ArrayList<>();
    for (String text : texts) {
      Buffer bytes = Buffer.buffer(text);
      if (bytes.length() <= MAX) {
        stream.appendBuffer(Codec.FRAMES.frame(bytes));
        expected.add("+" + bytes);
      }
    }
    assertEquals(expected, feed(new LengthFraming(MAX), stream, cuts));
    if (wrong < 0 || wrong > MAX) {
      stream.appendIntLE(wrong).appendString("what can't be found any more");
      expected.add(
          "-frame of "
              + wrong
              + " bytes, at most "
              + MAX
              + " are accepted; what follows is skipped");
      assertEquals(expected, feed(new LengthFraming(MAX), stream, cuts));
    }
  }
}
