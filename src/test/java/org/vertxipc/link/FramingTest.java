package org.vertxipc.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    int at = 0;
    for (int i = 0; at < stream.length(); i++) {
      int end = Math.min(stream.length(), at + (cuts.isEmpty() ? 3 : cuts.get(i % cuts.size())));
      framing.feed(stream.getBuffer(at, end), collected);
      at = end;
    }
    framing.end(collected);
    return collected.items;
  }

  @Property
  void lines(
      @ForAll @Size(max = 8) List<@StringLength(max = 30) String> texts,
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 40) Integer> cuts) {
    Buffer stream = Buffer.buffer();
    List<String> expected = new ArrayList<>();
    for (String text : texts) {
      Buffer line = Buffer.buffer(text.replace("\n", " "));
      stream.appendBuffer(line).appendByte((byte) '\n');
      int length = line.length() + 1;
      expected.add(
          length <= MAX
              ? "+" + line
              : "-line of " + length + " bytes, at most " + MAX + " are accepted");
    }
    assertEquals(expected, feed(new LineFraming(MAX), stream, cuts));
    stream.appendString("rest");
    expected.add("-line without its end");
    assertEquals(expected, feed(new LineFraming(MAX), stream, cuts));
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
