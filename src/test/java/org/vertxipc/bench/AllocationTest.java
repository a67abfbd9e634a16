package org.vertxipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class AllocationTest {
  /** From the encoder through the ring to the decoder, no message makes an object. */
  @Test
  void thePathOfAFrameAllocatesNothing() {
    FramesActor frames = new FramesActor();
    JsonObject command = new JsonObject().put("millis", 300);
    frames.handle(command);
    // The smallest object has 16 bytes. The first calls link method handles, here or there one
    // more.
    assertEquals(0, frames.handle(command).getDouble("bytesPerMessage"), 8);
  }
}
