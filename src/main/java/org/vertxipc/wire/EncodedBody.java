package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * A body as it stands in a frame: what is passed on as it came, or was encoded before it is known
 * to whom it goes.
 *
 * @param type one of the types that {@code docs/wire.md} lists
 * @param codecName the user's codec that made it, or null
 * @param bytes the bytes, which nobody changes any more
 */
public record EncodedBody(int type, String codecName, Buffer bytes) {

  /**
   * Encodes with a user's codec.
   *
   * @param codec the codec
   * @param body what it takes
   * @param <S> what the codec takes
   * @return the body
   */
  public static <S> EncodedBody of(MessageCodec<S, ?> codec, S body) {
    Buffer encoded = Buffer.buffer();
    codec.encodeToWire(encoded, body);
    return new EncodedBody(BodyType.USER, codec.name(), encoded);
  }
}
