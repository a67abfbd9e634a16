package org.vertxipc.eventbus;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.MessageImpl;

/**
 * Marks the messages that are sent with {@code DeliveryOptions.setLocalOnly}, because an event bus
 * that is not clustered forgets this option. An interceptor gives them a codec as the mark, which
 * survives the copies that the event bus makes.
 */
final class LocalOnly {
  private static final Handler<DeliveryContext<Object>> MARK = LocalOnly::mark;

  private LocalOnly() {}

  static void start(EventBus bus) {
    if (Inside.Senders.isKnown()) {
      bus.addOutboundInterceptor(MARK);
    }
  }

  static void stop(EventBus bus) {
    if (Inside.Senders.isKnown()) {
      bus.removeOutboundInterceptor(MARK);
    }
  }

  private static void mark(DeliveryContext<Object> leaving) {
    if (Inside.Senders.isLocalOnly(leaving)) {
      MessageImpl<?, ?> message = (MessageImpl<?, ?>) leaving.message();
      Inside.setCodec(message, new Mark<>(message.codec()));
    }
    leaving.next();
  }

  static boolean isMarked(MessageImpl<?, ?> message) {
    return message.codec() instanceof Mark;
  }

  private record Mark<S, R>(MessageCodec<S, R> of) implements MessageCodec<S, R> {
    @Override
    public void encodeToWire(Buffer buffer, S body) {
      of.encodeToWire(buffer, body);
    }

    @Override
    public R decodeFromWire(int at, Buffer buffer) {
      return of.decodeFromWire(at, buffer);
    }

    @Override
    public R transform(S body) {
      return of.transform(body);
    }

    @Override
    public String name() {
      return of.name();
    }

    @Override
    public byte systemCodecID() {
      return of.systemCodecID();
    }
  }
}
