package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vertxipc.channel.RecordSink;

/** Frames that are not messages, and frames that come in pieces. */
class ControlFramesTest {
  private static final int AT = 3;

  /** At an odd offset, with ones around it. */
  private static Frame written(FrameWriter writer) {
    ByteBuffer b = ByteBuffer.allocate(AT + writer.length()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < b.capacity(); i++) {
      b.put(i, (byte) -1);
    }
    writer.write(b, AT);
    return new Frame().set(b, AT, writer.length(), null, writer.priority());
  }

  private static String refused(Runnable reading) {
    return assertThrows(ProtocolException.class, reading::run).getMessage();
  }

  @Test
  void aHelloSaysWhoSpeaks() {
    ControlFrames.Hello hello = new ControlFrames.Hello(-2, 3L << 40, 5, 1, "kn\u00f6ten");
    Frame frame = written(ControlFrames.hello(hello));
    assertEquals(FrameKind.HELLO, frame.kind());
    assertEquals(RecordSink.MAX_PRIORITY, frame.priority());
    assertEquals(hello, ControlFrames.readHello(frame));
    assertEquals(32 + 7, frame.total());
    ByteBuffer in = frame.in();
    in.putInt(AT + 28, 0);
    assertEquals(
        "hello of a node that takes 0 bytes", refused(() -> ControlFrames.readHello(frame)));
    frame.set(in, AT, 31, null, 0);
    assertEquals("hello of 31 bytes", refused(() -> ControlFrames.readHello(frame)));
    in.putShort(AT + 2, (short) 0xfff0);
    assertEquals(
        "protocol version 65520, this is version 3", refused(() -> ControlFrames.readHello(frame)));
    in.put(AT, (byte) 0xf0);
    assertEquals(
        "first frame of kind 240, expected a hello", refused(() -> ControlFrames.readHello(frame)));
  }

  @Test
  void aHelloWithoutANameIsRead() {
    ControlFrames.Hello hello = new ControlFrames.Hello(1, 2, 3, 4, "");
    assertEquals(hello, ControlFrames.readHello(written(ControlFrames.hello(hello))));
  }

  @Test
  void anExportSaysItsNumberAndWhetherThereIsAConsumer() {
    for (boolean available : new boolean[] {true, false}) {
      for (String address : List.of("", "a", "stra\u00dfe.\ud83d\ude00")) {
        Frame frame = written(ControlFrames.export(-7, address, available));
        assertEquals(FrameKind.EXPORT, frame.kind());
        assertEquals(RecordSink.MAX_PRIORITY, frame.priority());
        assertEquals(-7, ControlFrames.readNumber(frame));
        assertEquals(address, ControlFrames.readAddress(frame));
        assertEquals(available, ControlFrames.readAvailable(frame));
      }
    }
  }

  @Test
  void whatHasANumberOnly() {
    List<FrameWriter> writers =
        List.of(
            ControlFrames.available(9, true),
            ControlFrames.available(9, false),
            ControlFrames.withdraw(9));
    List<Integer> kinds = new ArrayList<>();
    for (FrameWriter writer : writers) {
      Frame frame = written(writer);
      kinds.add(frame.kind());
      assertEquals(9, ControlFrames.readNumber(frame));
      assertEquals(8, frame.length());
      assertEquals(writer.length(), writer.headLength());
      frame.set(frame.in(), AT, 7, null, 0);
      assertEquals("export of 7 bytes", refused(() -> ControlFrames.readNumber(frame)));
    }
    assertEquals(List.of(FrameKind.AVAILABLE, FrameKind.UNAVAILABLE, FrameKind.WITHDRAW), kinds);
  }

  @Test
  void aGoodbyeComesAfterAllMessages() {
    Frame bye = written(ControlFrames.bare(FrameKind.BYE));
    Frame synced = written(ControlFrames.bare(FrameKind.SYNCED));
    assertEquals(FrameKind.BYE, bye.kind());
    assertEquals(FrameKind.SYNCED, synced.kind());
    assertEquals(0, bye.priority());
    assertEquals(RecordSink.MAX_PRIORITY, synced.priority());
    ByteBuffer head = ByteBuffer.allocate(4);
    ControlFrames.bare(FrameKind.BYE).writeHead(head, 0);
    assertEquals(FrameKind.BYE, head.get(0));
  }

  @Test
  void kindsThatAnnounce() {
    Set<Integer> announcing =
        Set.of(
            FrameKind.EXPORT,
            FrameKind.WITHDRAW,
            FrameKind.SYNCED,
            FrameKind.AVAILABLE,
            FrameKind.UNAVAILABLE);
    for (int kind = 0; kind < 256; kind++) {
      assertEquals(announcing.contains(kind), FrameKind.isAnnouncement(kind), "kind " + kind);
    }
  }

  private static ByteBuffer piece(int kind, int total, int bytes) {
    boolean first = kind == FrameKind.FRAGMENT_FIRST;
    ByteBuffer b =
        ByteBuffer.allocate((first ? 8 : 4) + bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0, kind);
    if (first) {
      b.putInt(4, total);
    }
    return b;
  }

  private static ByteBuffer first(int total, int bytes) {
    return piece(FrameKind.FRAGMENT_FIRST, total, bytes);
  }

  private static ByteBuffer next(int bytes) {
    return piece(FrameKind.FRAGMENT_NEXT, 0, bytes);
  }

  @Test
  void aRecordBeginsAFrameOrGoesOnWithOne() {
    assertTrue(FrameAssembler.begins(first(10, 1), 0, 9));
    assertTrue(FrameAssembler.begins(next(1), 0, 0));
    assertFalse(FrameAssembler.begins(next(1), 0, 1));
    assertFalse(FrameAssembler.begins(next(1), 0, 5));
    ByteBuffer other = ByteBuffer.allocate(4).put(0, (byte) (FrameKind.FRAGMENT_NEXT | 0x80));
    assertTrue(FrameAssembler.begins(other, 0, 4));
  }

  @Test
  void anUnfinishedFrameMayBeForgotten() {
    FrameAssembler assembler = new FrameAssembler(100);
    List<Integer> lengths = new ArrayList<>();
    assertTrue(assembler.isIdle());
    assertFalse(assembler.forget());
    assembler.onRecord(first(30, 10), 0, 18, f -> lengths.add(f.length()));
    assertFalse(assembler.isIdle());
    assertTrue(assembler.forget());
    assertTrue(assembler.isIdle());
    assembler.onRecord(first(20, 10), 0, 18, f -> lengths.add(f.length()));
    assembler.onRecord(next(10), 0, 14, f -> lengths.add(f.length()));
    assertEquals(List.of(20), lengths);
  }

  @Test
  void theLongestFrameIsTakenAndNoneThatIsLonger() {
    FrameAssembler assembler = new FrameAssembler(100);
    List<Integer> lengths = new ArrayList<>();
    assembler.onRecord(ByteBuffer.allocate(101), 0, 100, f -> lengths.add(f.length()));
    refused(() -> assembler.onRecord(ByteBuffer.allocate(101), 0, 101, f -> {}));
    refused(() -> assembler.onRecord(ByteBuffer.allocate(101), 0, 3, f -> {}));
    assembler.onRecord(ByteBuffer.allocate(4), 0, 4, f -> lengths.add(f.length()));
    refused(() -> assembler.onRecord(first(101, 1), 0, 9, f -> {}));
    refused(() -> assembler.onRecord(first(10, 10), 0, 18, f -> {}));
    refused(() -> assembler.onRecord(first(100, 0), 0, 8, f -> {}));
    assembler.onRecord(first(100, 1), 0, 9, f -> lengths.add(f.length()));
    refused(() -> assembler.onRecord(next(100), 0, 104, f -> {}));
    refused(() -> assembler.onRecord(next(0), 0, 4, f -> {}));
    assembler.onRecord(next(99), 0, 103, f -> lengths.add(f.length()));
    assertEquals(List.of(100, 4, 100), lengths);
  }

  /** Memory grows with what comes, beyond the first MiB. */
  @Test
  void aLongFrameComesWholeInPiecesOfAnyLength() {
    for (int each : new int[] {1 << 16, (1 << 20) - 5, 1 << 20, 3 << 20}) {
      int total = (5 << 20) + 3;
      FrameAssembler assembler = new FrameAssembler(total);
      List<Integer> lengths = new ArrayList<>();
      ByteBuffer start = first(total, 1).put(8, (byte) FrameKind.HELLO);
      assembler.onRecord(start, 0, 9, f -> lengths.add(f.length()));
      for (int at = 1; at < total; at += each) {
        int n = Math.min(each, total - at);
        ByteBuffer piece = next(n);
        for (int i = 0; i < n; i++) {
          piece.put(4 + i, (byte) ((at + i) % 127));
        }
        assembler.onRecord(
            piece,
            0,
            4 + n,
            f -> {
              for (int i = 1; i < f.length(); i++) {
                if (f.in().get(f.at() + i) != (byte) (i % 127)) {
                  throw new AssertionError("byte " + i);
                }
              }
              lengths.add(f.length());
            });
      }
      assertEquals(List.of(total), lengths);
    }
  }

  @Test
  void eachPriorityHasAnUnfinishedFrame() {
    FrameAssemblers assemblers = new FrameAssemblers(1000);
    List<String> arrived = new ArrayList<>();
    FrameAssembler.FrameHandler handler = f -> arrived.add(f.length() + "@" + f.priority());
    assemblers.onRecord(ByteBuffer.allocate(4), 0, 4, handler);
    assertEquals(List.of("4@0"), arrived);
    arrived.clear();
    for (int priority = 0; priority <= 64; priority++) {
      assemblers.select(priority);
      assemblers.select(priority);
      assemblers.onRecord(first(20 + priority, 10), 0, 18, handler);
    }
    assertEquals(
        "frames of more than 64 priorities are unfinished", refused(() -> assemblers.select(65)));
    assemblers.onRecord(next(74), 0, 78, handler);
    assemblers.select(65);
    assemblers.onRecord(ByteBuffer.allocate(5), 0, 5, handler);
    assertEquals(List.of("84@64", "5@65"), arrived);
    arrived.clear();
    List<String> expected = new ArrayList<>();
    for (int priority = 63; priority >= 0; priority--) {
      assemblers.select(priority);
      assemblers.onRecord(next(10 + priority), 0, 14 + priority, handler);
      expected.add(20 + priority + "@" + priority);
    }
    assertEquals(expected, arrived);
  }
}
