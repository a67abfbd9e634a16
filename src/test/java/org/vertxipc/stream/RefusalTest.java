package org.vertxipc.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a refusal says comes from another process. */
class RefusalTest {
  private static final int OFFSET = 8;

  private static String said(String text) {
    Refusal refusal = new Refusal(new IOException(text));
    String said = null;
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteBuffer ring = ByteBuffer.allocate(4_096).order(order);
      refusal.write(ring, OFFSET);
      said = Refusal.read(ring, OFFSET, refusal.bytes());
      // The bytes are the same in either order.
      assertEquals(
          said, Refusal.read(ring.order(ByteOrder.LITTLE_ENDIAN), OFFSET, refusal.bytes()));
    }
    return said;
  }

  @Test
  void aReasonIsReadAsItIsWritten() {
    assertEquals("no room: größer", said("no room: größer"));
    assertEquals("null", said(null));
  }

  @Test
  void aReasonIsOneLineOfLimitedLength() {
    assertEquals("one?two?[31m", said("one\ntwo\u001b[31m"));
    assertEquals("x".repeat(1_024), said("x".repeat(3_000)));
  }

  @Test
  void anythingElseIsNoRefusal() {
    ByteBuffer ring = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    Greeting.INSTANCE.write(ring, 0);
    assertNull(Refusal.read(ring, 0, Greeting.BYTES));
    assertNull(Refusal.read(ring, 0, 7));
    assertNull(Refusal.read(ring, 0, 0));
  }
}
