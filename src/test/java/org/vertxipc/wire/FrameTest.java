package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

class FrameTest {
  private static final int SLACK = 3;

  private static MessageDecoder roundTrip(MessageEncoder encoder) {
    // At an odd offset, and with bytes around it that must stay.
    ByteBuffer b = ByteBuffer.allocateDirect(encoder.length() + 2 * SLACK);
    b.order(ByteOrder.BIG_ENDIAN);
    for (int i = 0; i < b.capacity(); i++) {
      b.put(i, (byte) 0x5a);
    }
    int length = encoder.length();
    encoder.write(b, SLACK);
    for (int i = 0; i < SLACK; i++) {
      assertEquals(0x5a, b.get(i));
      assertEquals(0x5a, b.get(SLACK + length + i));
    }
    return new MessageDecoder(SerializableBodies.NONE).wrap(b, SLACK, length, null);
  }

  @Provide
  Arbitrary<Object> bodies() {
    Arbitrary<String> strings = Arbitraries.strings();
    return Arbitraries.oneOf(
        strings.map(FrameTest::valid),
        Arbitraries.bytes().array(byte[].class).map(Buffer::buffer),
        Arbitraries.integers(),
        Arbitraries.longs(),
        Arbitraries.doubles(),
        Arbitraries.floats(),
        Arbitraries.shorts(),
        Arbitraries.bytes(),
        Arbitraries.chars(),
        Arbitraries.of(true, false),
        Arbitraries.bigIntegers(),
        Arbitraries.bigDecimals(),
        strings.map(s -> new JsonObject().put("k", valid(s))),
        strings.map(s -> new JsonArray().add(valid(s)).addNull()));
  }

  // An unpaired surrogate has no UTF-8: it becomes a question mark.
  private static String valid(String s) {
    return new String(s.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Property
  void aMessageIsWhatItWas(
      @ForAll("bodies") Object body,
      @ForAll @Size(max = 5) Map<String, String> headers,
      @ForAll @IntRange(min = FrameKind.SEND, max = FrameKind.REQUEST) int kind,
      @ForAll int target,
      @ForAll long correlation) {
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    headers.forEach((k, v) -> map.add(valid(k), valid(v)));
    MessageDecoder in =
        roundTrip(
            new MessageEncoder(SerializableBodies.NONE)
                .to(kind, target, correlation)
                .body(map, body));
    assertEquals(kind, in.kind());
    assertEquals(target, in.target());
    assertEquals(kind == FrameKind.REQUEST ? correlation : 0, in.correlation());
    assertEquals(map.isEmpty(), in.headers() == null);
    assertEquals(entries(map), in.headers() == null ? List.of() : entries(in.headers()));
    assertEquals(body, in.body());
  }

  @Property
  void whatIsAroundAMessageIsToldApart(
      @ForAll("bodies") Object body,
      @ForAll("ways") long[] way,
      @ForAll boolean bounced,
      @ForAll @IntRange(min = FrameKind.SEND, max = FrameKind.REQUEST) int kind) {
    boolean publish = kind == FrameKind.PUBLISH;
    MessageEncoder out = new MessageEncoder(SerializableBodies.NONE).to(kind, 3, 4);
    out.relayed(publish && way.length > 1 ? Arrays.copyOf(way, 1) : way);
    if (bounced && !publish) {
      out.bounce();
    }
    MessageDecoder in = roundTrip(out.body(null, body));
    assertEquals(kind, in.kind());
    assertEquals(3, in.target());
    assertEquals(publish ? 4 : 0, publish ? in.number() : 0);
    assertEquals(kind == FrameKind.REQUEST ? 4 : 0, in.correlation());
    assertEquals(bounced && !publish, in.isBounced());
    assertArrayEquals(publish && way.length > 1 ? Arrays.copyOf(way, 1) : way, in.way());
    assertEquals(body, in.body());
  }

  @Provide
  Arbitrary<long[]> ways() {
    return Arbitraries.longs().array(long[].class).ofMaxSize(MessageDecoder.MAX_WAY);
  }

  @Property
  void aStoredMessageNamesItsAddressAndOrigin(
      @ForAll String address, @ForAll long origin, @ForAll("bodies") Object body) {
    MessageDecoder in =
        roundTrip(
            new MessageEncoder(SerializableBodies.NONE)
                .to(FrameKind.PUBLISH, 0, 5)
                .stored(valid(address), origin)
                .body(null, body));
    assertEquals(valid(address), in.storedAddress());
    assertEquals(origin, in.origin());
    assertEquals(5, in.number());
    assertEquals(body, in.body());
  }

  @Example
  void whatCanNotBeAroundAMessageIsRefused() {
    MessageEncoder e = new MessageEncoder(SerializableBodies.NONE);
    refusedMessage(e.to(FrameKind.PUBLISH, 1, 2).bounce());
    refusedMessage(e.to(FrameKind.PUBLISH, 1, 2).relayed(new long[] {1, 2}));
    refusedMessage(e.to(FrameKind.REQUEST, 1, 2).stored("a", 3));
    refusedMessage(e.reply(1, 2).bounce());
    refusedMessage(e.reply(1, 2).relayed(new long[] {1}));
    refusedMessage(e.to(FrameKind.SEND, 1, 2).relayed(new long[MessageDecoder.MAX_WAY + 1]));
    refusedMessage(e.to(FrameKind.SEND, 1, 0).stored("a", 3).bounce());
  }

  private static void refusedMessage(MessageEncoder encoder) {
    encoder.body(null, "body");
    assertThrows(ProtocolException.class, () -> roundTrip(encoder));
  }

  private static List<String> entries(MultiMap map) {
    return map.entries().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  @Property
  void utf8IsThatOfTheJdk(@ForAll String s) {
    byte[] expected = s.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate(expected.length);
    assertEquals(expected.length, Utf8.length(s));
    assertEquals(expected.length, Utf8.write(s, b, 0));
    assertEquals(ByteBuffer.wrap(expected), b);
  }

  @Example
  void aReplyCarriesBothCorrelations() {
    MessageDecoder in =
        roundTrip(new MessageEncoder(SerializableBodies.NONE).reply(11, 12).body(null, null));
    assertEquals(11, in.replyTo());
    assertEquals(12, in.correlation());
    assertNull(in.body());
  }

  /** Whatever comes in, it is a frame or a clear exception, and never a read out of bounds. */
  @Property(tries = 5000)
  void randomBytesAreRefusedOrRead(@ForAll @Size(min = 4, max = 200) byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    try {
      MessageDecoder in =
          new MessageDecoder(SerializableBodies.NONE).wrap(b, 0, bytes.length, null);
      if (in.codecName() == null) {
        in.body();
      } else {
        in.bodyBytes();
      }
    } catch (ProtocolException | IllegalArgumentException | DecodeException e) {
      assertTrue(e.getMessage() != null);
    }
  }

  @Property(tries = 3000)
  void aFrameCutShortOrWithABitTurnedIsRefusedOrRead(
      @ForAll("bodies") Object body, @ForAll @IntRange(max = 400) int at, @ForAll byte value) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("name", "value");
    MessageEncoder encoder =
        new MessageEncoder(SerializableBodies.NONE).to(FrameKind.REQUEST, 1, 2).body(headers, body);
    byte[] bytes = new byte[encoder.length()];
    encoder.write(ByteBuffer.wrap(bytes), 0);
    bytes[at % bytes.length] = value;
    randomBytesAreRefusedOrRead(bytes);
    randomBytesAreRefusedOrRead(Arrays.copyOf(bytes, 4 + at % (bytes.length - 3)));
  }

  @Property
  void framesOfAnyLengthPassThroughSmallRecords(
      @ForAll @Size(max = 40) List<@IntRange(min = 4, max = 3000) Integer> lengths,
      @ForAll @IntRange(min = 16, max = 600) int record) {
    SmallSink sink = new SmallSink(record, 3);
    FrameSender sender = new FrameSender(sink, 1 << 20);
    FrameAssembler assembler = new FrameAssembler(3000);
    List<Integer> arrived = new ArrayList<>();
    int number = 0;
    for (int length : lengths) {
      assertTrue(sender.offer(new NumberedFrame(length, number++)));
      if (length % 3 == 0) {
        sink.take(assembler, arrived);
        sender.drain();
      }
    }
    while (sender.queued() > 0 || !sink.records.isEmpty()) {
      sink.take(assembler, arrived);
      sender.drain();
    }
    assertEquals(lengths, arrived);
  }

  @Property
  void messagesOfAnyLengthPassThroughSmallRecords(
      @ForAll("bodies") Object body,
      @ForAll @IntRange(max = 3000) int length,
      @ForAll @IntRange(min = 16, max = 600) int record,
      @ForAll @IntRange(min = 1, max = 9) int room) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("name", "value");
    Buffer bytes = Buffer.buffer(new byte[length]).appendString("end");
    SmallSink sink = new SmallSink(record, room);
    FrameSender sender = new FrameSender(sink, 1 << 20);
    FrameAssembler assembler = new FrameAssembler(1 << 20);
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    List<Object> arrived = new ArrayList<>();
    FrameAssembler.FrameHandler handler =
        frame -> {
          MessageDecoder m = new MessageDecoder(SerializableBodies.NONE).wrap(frame);
          assertEquals("value", m.headers().get("name"));
          arrived.add(m.body());
        };
    List<Object> sent = List.of(bytes, body, bytes.getBytes(), bytes.toString(), bytes);
    for (Object b : sent) {
      assertTrue(sender.offer(encoder.to(FrameKind.REQUEST, 7, 8).body(headers, b)));
    }
    while (sender.queued() > 0 || !sink.records.isEmpty()) {
      while (!sink.records.isEmpty()) {
        byte[] r = sink.records.poll();
        assembler.onRecord(ByteBuffer.wrap(r), 0, r.length, handler);
      }
      sender.drain();
    }
    assertEquals(sent.size(), arrived.size());
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i) instanceof byte[] b) {
        assertArrayEquals(b, (byte[]) arrived.get(i));
      } else {
        assertEquals(sent.get(i), arrived.get(i));
      }
    }
    Buffer grown = ((Buffer) arrived.get(0)).appendString("grows");
    assertEquals(length + 8, grown.length());
  }

  @Example
  void theQueueIsBounded() {
    FrameSender sender = new FrameSender(new SmallSink(16, 0), 100);
    assertTrue(sender.offer(new NumberedFrame(5000, 0)), "one may always wait");
    assertTrue(sender.isFull());
    assertTrue(!sender.offer(new NumberedFrame(4, 1)));
    assertEquals(5000 + 128, sender.queued());
  }

  @Example
  void piecesThatDoNotFitAreRefused() {
    FrameAssembler assembler = new FrameAssembler(1000);
    refused(assembler, "no first", FrameKind.FRAGMENT_NEXT, 0, 10);
    refused(assembler, "at most 1000", FrameKind.FRAGMENT_FIRST, 1001, 20);
    refused(assembler, "at most 1000", FrameKind.FRAGMENT_FIRST, -5, 20);
    refused(assembler, "at most 1000", FrameKind.FRAGMENT_FIRST, 3, 20);
    refused(assembler, "empty", FrameKind.FRAGMENT_FIRST, 10, 8);
    record(assembler, FrameKind.FRAGMENT_FIRST, 100, 50);
    refused(assembler, "amid", FrameKind.SEND, 0, 20);
    refused(assembler, "amid another", FrameKind.FRAGMENT_FIRST, 100, 50);
    refused(assembler, "58 are missing", FrameKind.FRAGMENT_NEXT, 0, 100);
    refused(assembler, "at least 4", FrameKind.FRAGMENT_NEXT, 0, 3);
  }

  private static void refused(
      FrameAssembler assembler, String why, int kind, int total, int length) {
    ProtocolException e =
        assertThrows(ProtocolException.class, () -> record(assembler, kind, total, length));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private static void record(FrameAssembler assembler, int kind, int total, int length) {
    ByteBuffer b = ByteBuffer.allocate(Math.max(length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    b.put(0, (byte) kind);
    b.putInt(4, total);
    assembler.onRecord(b, 0, length, frame -> {});
  }

  private record NumberedFrame(int length, int number) implements FrameWriter {
    @Override
    public void write(ByteBuffer out, int offset) {
      out.put(offset, (byte) FrameKind.HELLO);
      for (int i = 1; i < length; i++) {
        out.put(offset + i, (byte) (number + i));
      }
    }
  }

  /** Room for a few short records. */
  private static final class SmallSink implements RecordSink {
    private final ByteBuffer buffer;
    private final int room;
    private final ArrayDeque<byte[]> records = new ArrayDeque<>();
    private int number;

    SmallSink(int record, int room) {
      this.buffer = ByteBuffer.allocateDirect(record);
      this.room = room;
    }

    void take(FrameAssembler assembler, List<Integer> arrived) {
      while (!records.isEmpty()) {
        byte[] r = records.poll();
        assembler.onRecord(
            ByteBuffer.wrap(r),
            0,
            r.length,
            frame -> {
              for (int i = 1; i < frame.length(); i++) {
                assertEquals((byte) (number + i), frame.in().get(frame.at() + i));
              }
              number++;
              arrived.add(frame.length());
            });
      }
    }

    @Override
    public int maxRecord() {
      return buffer.capacity();
    }

    @Override
    public boolean write(int length, RecordWriter record) {
      if (records.size() >= room) {
        return false;
      }
      record.write(buffer, 0);
      byte[] r = new byte[length];
      buffer.get(0, r);
      return records.add(r);
    }

    @Override
    public void flush() {}
  }
}
