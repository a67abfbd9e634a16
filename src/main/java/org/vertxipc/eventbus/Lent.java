package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ConcurrentMap;
import org.vertxipc.wire.EncodedBody;

/**
 * The codec of a message whose body the event bus need not copy: nobody gets it but handlers that
 * stand for consumers elsewhere, which write it before its sender goes on, or copy it themselves.
 * The event bus copies a body for each handler of an address, also for those that have no use for
 * it.
 *
 * <p>It holds for what the event bus had for an address at a moment. Once that has changed, it
 * copies as the codec does that it stands for.
 */
public final class Lent<S, R> extends StandIn<S, R> {
  private final String address;
  private final ConcurrentMap<String, Iterable<HandlerHolder<?>>> now;
  private final Iterable<HandlerHolder<?>> handlers;

  Lent(
      MessageCodec<S, R> of,
      String address,
      ConcurrentMap<String, Iterable<HandlerHolder<?>>> now,
      Iterable<HandlerHolder<?>> handlers) {
    super(of);
    this.address = address;
    this.now = now;
    this.handlers = handlers;
  }

  /**
   * Returns whether bodies of a codec of Vert.x are copied, so that lending them saves anything.
   */
  static boolean isFor(MessageCodec<?, ?> codec) {
    return codec == CodecManager.JSON_OBJECT_MESSAGE_CODEC
        || codec == CodecManager.BUFFER_MESSAGE_CODEC
        || codec == CodecManager.JSON_ARRAY_MESSAGE_CODEC
        || codec == CodecManager.BYTE_ARRAY_MESSAGE_CODEC;
  }

  boolean isOf(MessageCodec<?, ?> codec) {
    return of == codec;
  }

  /**
   * Returns whether the body of a message is not copied, or perhaps is not.
   *
   * @param message as {@code LocalBus.open} handed it over
   * @return true when its body may be its sender's
   */
  public static boolean isLent(Message<?> message) {
    return message instanceof MessageImpl<?, ?> m && m.codec() instanceof Lent;
  }

  /** Makes a message that has left with its sender's body one that the event bus would deliver. */
  static Object settle(Message<?> message) {
    if (message instanceof MessageImpl<?, ?> m && m.codec() instanceof Lent<?, ?> lent) {
      Inside.setCodec(m, lent.of);
    }
    return message.body();
  }

  /** Returns the body as it is written at once, or is kept. */
  static Object body(MessageImpl<?, ?> message, boolean now) {
    Object sent = Inside.sentBody(message);
    boolean json = sent instanceof JsonObject || sent instanceof JsonArray;
    if (now) {
      return json && !EncodedBody.isPlain(sent) ? settle(message) : sent;
    }
    Object encoded = json ? EncodedBody.binaryOf(sent) : null;
    return encoded == null ? settle(message) : encoded;
  }

  /**
   * The event bus calls this for each handler that gets a message, after it has looked up the
   * handlers: they are the same if they are still the same now. A message without a body of its own
   * asks again when somebody wants it.
   */
  @Override
  public R transform(S body) {
    return now.get(address) == handlers ? null : of.transform(body);
  }
}
