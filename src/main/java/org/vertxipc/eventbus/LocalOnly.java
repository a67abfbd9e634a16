package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.MessageImpl;

/**
 * Marks the messages that are sent with {@code DeliveryOptions.setLocalOnly}, because an event bus
 * that is not clustered forgets this option. A codec that is given to them is the mark, which
 * survives the copies that the event bus makes.
 */
public final class LocalOnly {
  private LocalOnly() {}

  static void mark(MessageImpl<?, ?> message) {
    Inside.setCodec(message, new Mark<>(message.codec()));
  }

  /**
   * Returns whether a message must stay in this Vert.x.
   *
   * @param message as {@code LocalBus.open} handed it over
   * @return true when it was sent with {@code setLocalOnly}
   */
  public static boolean isMarked(Message<?> message) {
    return ((MessageImpl<?, ?>) message).codec() instanceof Mark;
  }

  private static final class Mark<S, R> extends StandIn<S, R> {
    Mark(MessageCodec<S, R> of) {
      super(of);
    }
  }
}
