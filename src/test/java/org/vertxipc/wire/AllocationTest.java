package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.vertxipc.testing.FramePath;

class AllocationTest {
  /** From the encoder through the ring to the decoder, no message makes an object. */
  @Test
  void thePathOfAFrameAllocatesNothing() {
    FramePath path = new FramePath();
    long nanos = 300_000_000;
    path.run(nanos);
    // The smallest object has 16 bytes. The first calls link method handles, here or there one
    // more.
    assertEquals(0, path.run(nanos).bytesPerMessage(), 8);
  }
}
