package org.vertxipc.bridge;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.vertxipc.store.StoredMessage;

/**
 * Delivers messages that were left for this node, each at least once: a message is done when the
 * handler of a consumer has returned, and is delivered again by the next incarnation otherwise. A
 * message that nobody is there for waits, and those to the same address behind it.
 *
 * <p>Whether a handler has returned is seen by an interceptor of the event bus, which is there only
 * on nodes that keep a store and get something by it. State is touched on the bridge's context,
 * except for the map of what is under way.
 */
final class StoredDelivery {
  /** Header: the node that wrote the message. */
  static final String SOURCE = "ipc-source";

  /** Header: its number, higher than those of all messages before it of the same node. */
  static final String SEQUENCE = "ipc-sequence";

  /** Header: "true" when it may have been delivered before. */
  static final String REDELIVERED = "ipc-redelivered";

  private static final long RETRY_MILLIS = 20;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final Predicate<Item> delivery;
  private final Map<String, Runnable> underWay = new ConcurrentHashMap<>();
  private final Map<String, ArrayDeque<Item>> waiting = new LinkedHashMap<>();
  private final Handler<DeliveryContext<Object>> interceptor = this::onDelivery;
  private boolean intercepting;
  private boolean closed;
  private long timer = -1;

  /** A message to be delivered. */
  record Item(
      StoredMessage from, String address, boolean publish, Object body, DeliveryOptions options) {
    private String key() {
      return key(from.writer(), Long.toString(from.sequence()));
    }

    private static String key(String writer, String sequence) {
      return writer + "/" + sequence;
    }
  }

  StoredDelivery(VertxInternal vertx, ContextInternal context, Predicate<Item> delivery) {
    this.vertx = vertx;
    this.context = context;
    this.delivery = delivery;
  }

  /** Delivers a message now, or later when somebody is there for it. */
  void deliver(Item item) {
    if (!intercepting) {
      intercepting = true;
      vertx.eventBus().addInboundInterceptor(interceptor);
    }
    ArrayDeque<Item> before = waiting.get(item.address);
    if (before != null || !attempt(item)) {
      waiting.computeIfAbsent(item.address, a -> new ArrayDeque<>()).add(item);
      retryLater();
    }
  }

  private boolean attempt(Item item) {
    String key = item.key();
    underWay.put(key, item.from.done());
    if (delivery.test(item)) {
      return true;
    }
    underWay.remove(key);
    return false;
  }

  private void retryLater() {
    if (timer < 0 && !closed) {
      timer = vertx.setTimer(RETRY_MILLIS, id -> context.dispatch(this::retry));
    }
  }

  private void retry() {
    timer = -1;
    if (closed) {
      return;
    }
    for (Iterator<ArrayDeque<Item>> it = waiting.values().iterator(); it.hasNext(); ) {
      ArrayDeque<Item> items = it.next();
      while (!items.isEmpty() && attempt(items.peek())) {
        items.poll();
      }
      if (items.isEmpty()) {
        it.remove();
      }
    }
    if (!waiting.isEmpty()) {
      retryLater();
    }
  }

  // On the consumer's thread, around its handler.
  private void onDelivery(DeliveryContext<Object> delivered) {
    delivered.next();
    MultiMap headers = delivered.message().headers();
    String sequence = headers.get(SEQUENCE);
    if (sequence != null) {
      Runnable done = underWay.remove(Item.key(headers.get(SOURCE), sequence));
      if (done != null) {
        context.runOnContext(v -> done.run());
      }
    }
  }

  /** Delivers nothing any more. */
  void close() {
    closed = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (intercepting) {
      vertx.eventBus().removeInboundInterceptor(interceptor);
    }
    waiting.clear();
  }
}
