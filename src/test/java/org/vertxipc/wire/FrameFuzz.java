package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What a peer's records may be: anything. The input is a row of records, each after its length (two
 * bytes) and a byte for its priority. Jazzer calls it.
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
        assemblers.onRecord(in, at + 8, length, (b, o, n, body) -> take(decoder, b, o, n, body));
        at += length;
      }
    } catch (ProtocolException e) {
      require(!e.getMessage().isEmpty());
    }
  }

  private static void take(MessageDecoder decoder, ByteBuffer in, int at, int n, Buffer body) {
    int kind = in.get(at) & 0xff;
    if (kind == FrameKind.HELLO) {
      require(ControlFrames.readHello(in, at, n).node().length() <= n);
    } else if (kind == FrameKind.EXPORT || kind == FrameKind.WITHDRAW) {
      ControlFrames.readNumber(in, at, n);
      require(ControlFrames.readAddress(in, at, n).length() <= n);
    } else if (FrameKind.isMessage(kind) || kind == FrameKind.STORED) {
      message(decoder.wrap(in, at, n, body), n + (body == null ? 0 : body.length()));
    }
  }

  private static void message(MessageDecoder message, int length) {
    require(message.headers() == null || message.headers().size() <= length);
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
