package org.vertxipc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.testing.FramePath;

class AllocationTest {
  private static final JsonObject ORDER =
      new JsonObject()
          .put("sku", "A-1047")
          .put("quantity", 12)
          .put("price", 19.95)
          .put("express", true)
          .put("customer", "Ada Lovelace");

  /** The last is what a publish gives each of its nodes. */
  static Stream<Object> bodies() {
    return Stream.of(
        Buffer.buffer(new byte[64]),
        ORDER,
        new JsonArray().add(ORDER).add(1L << 40).add("text"),
        assertInstanceOf(EncodedBody.class, EncodedBody.onceFor(ORDER)));
  }

  /** From the encoder through the ring to the decoder, no message makes an object. */
  @ParameterizedTest
  @MethodSource("bodies")
  void thePathOfAFrameAllocatesNothing(Object body) {
    FramePath path = new FramePath(body);
    long nanos = 300_000_000;
    path.run(nanos);
    // The smallest object has 16 bytes. The first calls link method handles, here or there one
    // more.
    assertEquals(0, path.run(nanos).bytesPerMessage(), 8);
  }
}
