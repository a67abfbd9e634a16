package org.vertxipc.eventbus;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Looks at each message of a Vert.x as it leaves its sender: marks it when it must stay here, and
 * spares the event bus copies of its body when no consumer is here. May be used on any thread.
 */
final class Leaving {
  private final VertxInternal vertx;
  private final EventBusImpl bus;
  private final ConcurrentMap<String, Consumers> elsewhere = new ConcurrentHashMap<>();
  private final Handler<DeliveryContext<Object>> look = this::look;

  Leaving(VertxInternal vertx, EventBusImpl bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  void start() {
    if (Inside.Senders.isKnown()) {
      bus.addOutboundInterceptor(look);
    }
  }

  void stop() {
    if (Inside.Senders.isKnown()) {
      bus.removeOutboundInterceptor(look);
    }
  }

  /** Something elsewhere takes what is sent to an address, or nothing does any more. */
  void elsewhere(Consumers here, boolean are) {
    if (are) {
      elsewhere.put(here.address(), here);
    } else {
      elsewhere.remove(here.address());
    }
  }

  private void look(DeliveryContext<Object> leaving) {
    MessageImpl<?, ?> message = (MessageImpl<?, ?>) leaving.message();
    if (Inside.Senders.isLocalOnly(leaving)) {
      LocalOnly.mark(message);
    } else {
      Consumers here = elsewhere.get(message.address());
      if (here != null && isUnseen(leaving)) {
        MessageCodec<?, ?> lent = here.lent(message.codec());
        if (lent != null) {
          Inside.setCodec(message, lent);
        }
      }
    }
    leaving.next();
  }

  /**
   * Nobody but the handlers gets the message, and a cluster does not encode it. An interceptor of a
   * user, also an earlier one, may keep the message and ask for its body later.
   */
  private boolean isUnseen(DeliveryContext<Object> leaving) {
    return !vertx.isClustered() && vertx.tracer() == null && Inside.Senders.isAlone(leaving, look);
  }
}
