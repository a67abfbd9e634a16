package org.vertxipc.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * A body as a user's codec wrote it.
 *
 * @param codec the codec
 * @param bytes what it wrote
 */
record EncodedBody(MessageCodec<?, ?> codec, Buffer bytes) {
  Object decode() {
    return codec.decodeFromWire(0, bytes);
  }
}
