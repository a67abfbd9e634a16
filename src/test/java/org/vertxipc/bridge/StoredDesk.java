package org.vertxipc.bridge;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.BusOptions;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * A {@link StoredDelivery} without a bus: a test gives it messages as a store would, and sees which
 * of them it calls done.
 */
final class StoredDesk implements AutoCloseable {
  private static final int QUIET_ROUNDS = 8;
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final Exports exports;
  private final StoredDelivery delivery;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private long sequence;
  private boolean ended;
  final Losses losses = new Losses(line -> {});
  final Counters counters = new Counters(losses, new CounterSet());

  /** The sequence numbers of the messages that need not be delivered again. */
  final Queue<Long> done = new ConcurrentLinkedQueue<>();

  /** What consumers do first. */
  volatile Runnable before = () -> {};

  /** What consumers have had. */
  final Queue<Had> had = new ConcurrentLinkedQueue<>();

  /** A message as a consumer has had it. */
  record Had(int consumer, Object body, MultiMap headers) {
    boolean isMarked() {
      return "true".equals(headers.get(StoredDelivery.REDELIVERED));
    }
  }

  /** What is to be stored. */
  record Stored(
      String address,
      int kind,
      Object body,
      MultiMap headers,
      long origin,
      long number,
      boolean redelivered) {
    static Stored send(String address, Object body) {
      return new Stored(address, FrameKind.SEND, body, null, 1, 0, false);
    }

    static Stored publish(String address, Object body, long origin, long number) {
      return new Stored(address, FrameKind.PUBLISH, body, null, origin, number, false);
    }

    Stored with(MultiMap headers) {
      return new Stored(address, kind, body, headers, origin, number, redelivered);
    }

    Stored again() {
      return new Stored(address, kind, body, headers, origin, number, true);
    }
  }

  StoredDesk(VertxInternal vertx, boolean identified, String... addresses) {
    this.vertx = vertx;
    this.context = vertx.createEventLoopContext();
    Hub hub = Hub.of(vertx);
    exports = new Exports(hub.local(), counters.shown());
    for (String address : addresses) {
      exports.add(address);
    }
    BusOptions options = new BusOptions().setName("desk");
    options.getMapped().setIdentified(identified);
    Undelivered undelivered = new Undelivered(losses, BODIES);
    Parts parts =
        new Parts(
            new BusConfig(options, "here"),
            BODIES,
            hub,
            new HandOver(context),
            null,
            new Forwarding(hub, undelivered, "here"),
            undelivered,
            counters,
            null);
    delivery = new StoredDelivery(parts, context, exports);
  }

  long incarnation() {
    return Hub.of(vertx).local().incarnation();
  }

  /** Stores messages in one turn of the loop. */
  void store(List<Stored> messages) throws Exception {
    onLoop(() -> messages.forEach(this::storeNow));
  }

  void store(Stored message) throws Exception {
    store(List.of(message));
  }

  /** Does something in a turn of the delivery's loop. */
  void onLoop(Runnable task) throws Exception {
    MemoryBridges.on(context, task);
  }

  private void storeNow(Stored m) {
    MessageEncoder encoder =
        new MessageEncoder(BODIES)
            .to(m.kind, 0, m.number)
            .stored(m.address, m.origin)
            .body(m.headers, m.body);
    ByteBuffer bytes = ByteBuffer.allocate(encoder.length());
    encoder.write(bytes, 0);
    long number = sequence++;
    delivery.onStored(
        new StoredMessage("writer", number, m.redelivered, () -> done.add(number)),
        new Frame().set(bytes, 0, bytes.capacity(), null, 0));
  }

  void export(String address) throws Exception {
    onLoop(() -> exports.add(address));
  }

  /** A consumer that is asked for messages with {@code fetch}. */
  MessageConsumer<Object> paused(int number, String address, int buffered) throws Exception {
    MessageConsumer<Object> consumer =
        vertx
            .eventBus()
            .consumer(
                new MessageConsumerOptions()
                    .setAddress(address)
                    .setMaxBufferedMessages(buffered)
                    .setLocalOnly(false));
    consumer.pause();
    return open(number, consumer);
  }

  /** A consumer on another loop than the delivery. */
  MessageConsumer<Object> consumer(int number, String address) throws Exception {
    ContextInternal other = context;
    while (other.nettyEventLoop() == context.nettyEventLoop()) {
      other = vertx.createEventLoopContext();
    }
    ContextInternal where = other;
    MessageConsumer<Object> consumer =
        Await.get(
            Future.future(
                made ->
                    where.runOnContext(v -> made.complete(vertx.eventBus().consumer(address)))));
    return open(number, consumer);
  }

  private MessageConsumer<Object> open(int number, MessageConsumer<Object> consumer)
      throws Exception {
    consumers.add(consumer);
    consumer.handler(
        (Message<Object> m) -> {
          before.run();
          had.add(new Had(number, m.body(), m.headers()));
        });
    Await.get(consumer.completion());
    return consumer;
  }

  List<Object> bodies() {
    return had.stream().map(Had::body).toList();
  }

  void awaitHad(int count) throws InterruptedException {
    Await.until("consumers have had " + count, () -> had.size() >= count);
  }

  /** Waits until so many are done. */
  void awaitDone(int count) throws InterruptedException {
    Await.until(count + " are done", () -> done.size() >= count);
  }

  /** Waits until what the loops have to do has been done, but for timers. */
  void settle() throws Exception {
    for (int i = 0; i < QUIET_ROUNDS; i++) {
      for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
        loop.submit(() -> {}).get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** Ends the delivery, unless that has happened. */
  void end() throws Exception {
    if (!ended) {
      ended = true;
      onLoop(delivery::close);
    }
  }

  @Override
  public void close() throws Exception {
    for (MessageConsumer<?> consumer : consumers) {
      Await.get(consumer.unregister());
    }
    end();
    losses.close();
  }
}
