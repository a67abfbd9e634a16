package org.vertxipc.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Delivers a body as it is. The event bus copies a mutable body for each consumer, so that sender
 * and consumer share nothing; a body that was made a moment ago of a peer's bytes, for the one
 * consumer of a {@code send}, is shared with nobody. An {@link EncodedBody}, for the consumers of a
 * {@code publish}, is made into an object for each.
 */
final class MovedCodec implements MessageCodec<Object, Object> {
  static final String NAME = "vertx-ipc.moved";

  private MovedCodec() {}

  static void register(EventBus bus) {
    try {
      bus.registerCodec(new MovedCodec());
    } catch (IllegalStateException e) {
      // Another bridge of this Vert.x has registered it; one serves all, and it holds nothing.
      assert e.getMessage().contains(NAME);
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, Object body) {
    throw new UnsupportedOperationException("delivered within the process only");
  }

  @Override
  public Object decodeFromWire(int pos, Buffer buffer) {
    throw new UnsupportedOperationException("delivered within the process only");
  }

  @Override
  public Object transform(Object body) {
    return body instanceof EncodedBody encoded ? encoded.decode() : body;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
