package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Fuzzes a peer's records, which may be anything. The input is a sequence of records, each preceded
 * by its length (two bytes) and a byte for its priority. Jazzer calls it.
 */
public final class FrameFuzz {
  private static final int MAX_FRAME = 1 << 16;
  private static final SerializableBodies SOME = SerializableBodies.of(List.of("java.util.UUID"));

  private FrameFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    // Records lie in a ring, with those of others around them.
    ByteBuffer in = ByteBuffer.allocateDirect(input.length + 16).order(ByteOrder.nativeOrder());
    in.put(8, input);
    FrameAssemblers assemblers = new FrameAssemblers(MAX_FRAME);
    MessageDecoder decoder = new MessageDecoder(SOME);
    try {
      for (int at = 0; at + 3 <= input.length; ) {
        int length = (input[at] & 0xff) << 8 | (input[at + 1] & 0xff);
        assemblers.select(input[at + 2]);
        at += 3;
        length = Math.min(length, input.length - at);
        assemblers.onRecord(in, at + 8, length, f -> take(decoder, f));
        at += length;
      }
    } catch (ProtocolException e) {
      require(!e.getMessage().isEmpty());
    }
  }

  private static void take(MessageDecoder decoder, Frame frame) {
    switch (frame.kind()) {
      case FrameKind.HELLO ->
          require(ControlFrames.readHello(frame).node().length() <= frame.length());
      case FrameKind.EXPORT, FrameKind.WITHDRAW, FrameKind.AVAILABLE, FrameKind.UNAVAILABLE -> {
        ControlFrames.readNumber(frame);
        ControlFrames.readAvailable(frame);
        require(ControlFrames.readAddress(frame).length() <= frame.length());
      }
      case FrameKind.SYNCED, FrameKind.BYE -> {}
      default -> message(decoder.wrap(frame), frame.total());
    }
  }

  private static void message(MessageDecoder message, long length) {
    require(message.headers() == null || message.headers().size() <= length);
    require(message.way().length <= MessageDecoder.MAX_WAY);
    require(message.storedAddress() == null || message.storedAddress().length() <= length);
    require(message.codecName() == null || message.codecName().length() <= length);
    if (message.codecName() == null) {
      try {
        message.body();
      } catch (RuntimeException e) {
        // A body that is none fails its message: but not by running out of its frame.
        require(!(e instanceof IndexOutOfBoundsException) && !(e instanceof NullPointerException));
      }
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("does not hold");
    }
  }
}
