package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

/** What waits before a channel: how much, in which order, and who is told of it. */
class FrameSenderTest {
  private static final int RECORD = 64;
  private static final int WAITING = 128;
  private static final int MIB = 1 << 20;

  private final List<String> told = new ArrayList<>();

  /** A frame of one byte again and again. */
  private record Fill(int length, int fill, int priority) implements FrameWriter {
    Fill(int length, int fill) {
      this(length, fill, 0);
    }

    @Override
    public void write(ByteBuffer out, int offset) {
      out.put(offset, (byte) FrameKind.SEND);
      for (int i = 1; i < length; i++) {
        out.put(offset + i, (byte) fill);
      }
    }
  }

  /** Takes as many records as there is room for. */
  private static final class Sink implements RecordSink {
    private final int record;
    private final boolean ordering;
    private final List<byte[]> records = new ArrayList<>();
    private final List<Integer> priorities = new ArrayList<>();
    private int room;
    private int priority = -1;

    Sink(int record, boolean ordering) {
      this.record = record;
      this.ordering = ordering;
    }

    @Override
    public int maxRecord() {
      return record;
    }

    @Override
    public boolean ordersByPriority() {
      return ordering;
    }

    @Override
    public void setPriority(int priority) {
      this.priority = priority;
    }

    @Override
    public boolean hasRoom(long bytes) {
      return room > 0 && bytes <= record;
    }

    @Override
    public boolean write(int length, RecordWriter writer) {
      if (room == 0) {
        return false;
      }
      room--;
      byte[] bytes = new byte[length];
      writer.write(ByteBuffer.wrap(bytes), 0);
      priorities.add(priority);
      return records.add(bytes);
    }

    @Override
    public void flush() {}

    /** What the records of a channel that orders are on the other side. */
    List<String> arrived() {
      List<String> frames = new ArrayList<>();
      FrameAssemblers assemblers = new FrameAssemblers(1 << 26);
      for (int i = 0; i < records.size(); i++) {
        assemblers.select(priorities.get(i));
        byte[] r = records.get(i);
        assemblers.onRecord(
            ByteBuffer.wrap(r),
            0,
            r.length,
            f -> frames.add(f.in().get(f.at() + 1) + "/" + f.length() + "@" + f.priority()));
      }
      return frames;
    }
  }

  private FrameSender.Completion tell(String what) {
    return written -> told.add(what + " " + written);
  }

  @Test
  void aRecordIsWrittenAsItStandsAndOneByteMoreInPieces() {
    Sink sink = new Sink(RECORD, false);
    FrameSender sender = new FrameSender(sink, 1000);
    sink.room = 1;
    sender.send(new Fill(RECORD, 1));
    assertEquals(0, sender.queued());
    assertEquals(RECORD, sink.records.get(0).length);
    sink.room = 1;
    sender.send(new Fill(RECORD + 1, 2));
    assertEquals(WAITING + RECORD + 1 - (RECORD - FrameSender.FIRST_HEAD), sender.queued());
    sender.send(new Fill(RECORD, 3));
    sender.send(new Fill(RECORD + 1, 4));
    sink.room = 100;
    sender.drain();
    assertEquals(0, sender.queued());
    assertFalse(sender.hasYielded());
    assertEquals(List.of(RECORD, RECORD, 4 + 9, RECORD, RECORD, 4 + 9), lengths(sink));
    assertEquals(List.of("1/64@0", "2/65@0", "3/64@0", "4/65@0"), sink.arrived());
  }

  private static List<Integer> lengths(Sink sink) {
    return sink.records.stream().map(r -> r.length).toList();
  }

  @Test
  void whatHasAHigherPriorityGoesFirstWhereTheSinkOrders() {
    for (boolean ordering : new boolean[] {true, false}) {
      Sink sink = new Sink(RECORD, ordering);
      FrameSender sender = new FrameSender(sink, 10_000);
      int number = 1;
      for (int priority : new int[] {1, 5, 3, 5, 1}) {
        assertTrue(sender.offer(new Fill(100, number++, priority)));
      }
      sink.room = 1;
      sender.drain();
      // Overtakes the pieces of another.
      sender.send(new Fill(20, number, 9));
      sink.room = 100;
      sender.drain();
      assertEquals(
          ordering
              ? List.of("6/20@9", "2/100@5", "4/100@5", "3/100@3", "1/100@1", "5/100@1")
              : List.of("1/100@1", "2/100@5", "3/100@3", "4/100@5", "5/100@1", "6/20@9"),
          sink.arrived());
    }
  }

  @Test
  void aFirstOneThatOvertakesIsWrittenAtOnce() {
    Sink sink = new Sink(RECORD, true);
    FrameSender sender = new FrameSender(sink, 10_000);
    sender.send(new Fill(20, 1, 1));
    sink.room = 1;
    sender.send(new Fill(20, 2, 2));
    assertEquals(List.of("2/20@2"), sink.arrived());
    sink.room = 1;
    sender.send(new Fill(20, 3, 1));
    assertEquals(List.of("2/20@2"), sink.arrived(), "what waits longer goes first, when drained");
  }

  @Test
  void whoWaitsForTheSinkIsToldInOrder() {
    Sink sink = new Sink(RECORD, false);
    FrameSender sender = new FrameSender(sink, 10_000);
    sink.room = 1;
    assertTrue(sender.offer(new Fill(20, 1), tell("a")));
    assertEquals(List.of("a true"), told);
    assertTrue(sender.offer(new Fill(20, 2), tell("b")));
    assertTrue(sender.offer(new Fill(20, 3)));
    assertTrue(sender.offer(new Fill(200, 4), tell("c")));
    assertTrue(sender.offer(new Fill(20, 5), tell("d")));
    sender.drain();
    assertEquals(List.of("a true"), told);
    sink.room = 3;
    sender.drain();
    assertEquals(List.of("a true", "b true"), told, "only a piece of the next is written");
    sink.room = 100;
    sender.drain();
    assertEquals(List.of("a true", "b true", "c true", "d true"), told);
  }

  @Test
  void whatIsGivenUpIsCountedAndTold() {
    Sink sink = new Sink(RECORD, false);
    FrameSender sender = new FrameSender(sink, 10_000);
    sender.offer(new Fill(200, 1), tell("a"));
    sender.send(new Fill(20, 2));
    sender.offer(new Fill(20, 3));
    sink.room = 1;
    sender.drain();
    assertFalse(sender.fits(20));
    assertEquals(2, sender.abandon());
    assertEquals(List.of("a false"), told);
    assertEquals(0, sender.queued());
    assertEquals(0, sender.abandon());
    assertEquals(List.of("a false"), told);
    sink.room = 1;
    sender.drain();
    assertEquals(1, sink.records.size());
  }

  @Test
  void theQueueTakesJustWhatItMay() {
    int two = 2 * (WAITING + 20);
    Sink sink = new Sink(RECORD, false);
    FrameSender sender = new FrameSender(sink, two);
    assertTrue(sender.offer(new Fill(20, 1)));
    assertFalse(sender.isFull(), "just half");
    assertFalse(sender.offer(new Fill(21, 2), tell("refused")));
    assertTrue(sender.offer(new Fill(20, 3)));
    assertTrue(sender.isFull());
    assertEquals(two, sender.queued());
    assertEquals(List.of(), told);
    sender.send(new Fill(20, 4));
    assertEquals(two + WAITING + 20, sender.queued(), "what must go is not bounded");
  }

  @Test
  void aFrameFitsWhereTheSinkHasRoomAndNothingWaits() {
    Sink sink = new Sink(RECORD, false);
    FrameSender sender = new FrameSender(sink, 1000);
    assertFalse(sender.fits(20));
    sink.room = 1;
    assertTrue(sender.fits(20));
    assertFalse(sender.fits(RECORD + 1));
    sink.room = 0;
    sender.send(new Fill(20, 1));
    sink.room = 1;
    assertFalse(sender.fits(20));
  }

  /** A long message takes several turns of the loop, whether it waits or is just sent. */
  @Test
  void aBoundedAmountIsWrittenAtATime() {
    byte[] body = new byte[3 * MIB + 7];
    new Random(1).nextBytes(body);
    for (boolean waiting : new boolean[] {true, false}) {
      Sink sink = new Sink(1 << 16, false);
      FrameSender sender = new FrameSender(sink, 1 << 26);
      MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
      sink.room = waiting ? 0 : 1000;
      sender.send(encoder.to(FrameKind.SEND, 1, 0).body(null, body));
      sink.room = 1000;
      for (int turns = waiting ? 0 : 1; turns < 3; turns++) {
        assertEquals(turns * (MIB >> 16) + turns, sink.records.size(), 4, "turn " + turns);
        assertEquals(turns > 0, sender.hasYielded());
        sender.drain();
      }
      assertFalse(sender.hasYielded());
      assertEquals(0, sender.queued());
      List<byte[]> bodies = new ArrayList<>();
      FrameAssembler assembler = new FrameAssembler(body.length + 8);
      for (byte[] r : sink.records) {
        assembler.onRecord(
            ByteBuffer.wrap(r),
            0,
            r.length,
            f -> bodies.add((byte[]) new MessageDecoder(SerializableBodies.NONE).wrap(f).body()));
      }
      assertEquals(1, bodies.size());
      assertArrayEquals(body, bodies.get(0));
    }
  }

  @Test
  void whatYieldedAndIsGivenUpDoesNotGoOn() {
    Sink sink = new Sink(1 << 16, false);
    FrameSender sender = new FrameSender(sink, 1 << 26);
    sink.room = 1000;
    Buffer body = Buffer.buffer(new byte[3 * MIB]);
    MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
    sender.offer(encoder.to(FrameKind.SEND, 1, 0).body(null, body));
    assertTrue(sender.hasYielded());
    assertEquals(1, sender.abandon());
    assertFalse(sender.hasYielded());
  }
}
