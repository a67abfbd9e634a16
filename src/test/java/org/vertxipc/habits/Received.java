package org.vertxipc.habits;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A consumer of one address of one Vert.x, and what it has received. */
final class Received {
  /** The beginning of markers, which only show that what was sent before them has come. */
  static final String MARKER = "marker ";

  private final String node;
  private final MessageConsumer<Object> consumer;
  private final Queue<Object> bodies = new ConcurrentLinkedQueue<>();
  private final Set<Object> markers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  Received(Vertx vertx, String address, String node) {
    this(vertx, address, node, false);
  }

  Received(Vertx vertx, String address, String node, boolean local) {
    this.node = node;
    this.consumer =
        local
            ? vertx.eventBus().localConsumer(address, this::handle)
            : vertx.eventBus().consumer(address, this::handle);
  }

  private void handle(Message<Object> message) {
    if (message.body() instanceof String s && s.startsWith(MARKER)) {
      markers.add(s);
      return;
    }
    bodies.add(message.body() == null ? "null" : message.body());
    count.incrementAndGet();
    if (message.replyAddress() != null) {
      message.reply(node);
    }
  }

  Future<Void> completion() {
    return consumer.completion();
  }

  String address() {
    return consumer.address();
  }

  boolean isRegistered() {
    return consumer.isRegistered();
  }

  Future<Void> unregister() {
    return consumer.unregister();
  }

  /** Returns how many messages have come, markers aside. */
  int count() {
    return count.get();
  }

  boolean hasMarker(String marker) {
    return markers.contains(marker);
  }

  /** Returns the bodies in the order in which they came. */
  List<Object> bodies() {
    return List.copyOf(bodies);
  }

  /** Returns how often each body has come. */
  Map<Object, Long> times() {
    return bodies.stream().collect(Collectors.groupingBy(b -> b, Collectors.counting()));
  }

  void clear() {
    bodies.clear();
    count.set(0);
  }

  @Override
  public String toString() {
    return node;
  }
}
