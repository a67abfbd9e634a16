package org.vertxipc.bridge;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.BusListener;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.bus.MemoryNode;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;

/**
 * Bridges over buses in memory, between several Vert.x in this JVM. Vert.x number i is node {@code
 * "i"} of each bus that it is on. Closing it ends them all and checks that nothing is left.
 */
final class MemoryBridges implements AutoCloseable {
  // From loop to loop a message takes fewer steps than this without crossing a link.
  private static final int QUIET_ROUNDS = 6;
  private static final long SETTLE_SECONDS = 30;

  private final Pool pool;
  private final Map<String, MemoryBus> buses = new HashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final List<MessageConsumer<?>> consumers = new CopyOnWriteArrayList<>();
  private final List<ContextInternal> workers = new CopyOnWriteArrayList<>();
  private final AtomicLong activity = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private MemoryBus.Terms terms = MemoryBus.Terms.PLAIN;
  private long seed;

  /** Vert.x instances that all tests reuse, because making one takes longer than a test. */
  static final class Pool implements AutoCloseable {
    private final List<VertxInternal> vertx = new ArrayList<>();
    private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();

    VertxInternal get(int i) {
      while (vertx.size() <= i) {
        Vertx made = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        made.exceptionHandler(thrown::add);
        vertx.add((VertxInternal) made);
      }
      return vertx.get(i);
    }

    /** Makes the next Vert.x the only node of a cluster. */
    LoneCluster addClustered() throws Exception {
      LoneCluster cluster = new LoneCluster();
      VertxOptions options = new VertxOptions().setEventLoopPoolSize(2);
      options.getEventBusOptions().setHost("localhost");
      Vertx made =
          Await.get(Vertx.builder().with(options).withClusterManager(cluster).buildClustered());
      made.exceptionHandler(thrown::add);
      vertx.add((VertxInternal) made);
      return cluster;
    }

    @Override
    public void close() throws Exception {
      for (VertxInternal v : vertx) {
        Await.get(v.close());
      }
      vertx.clear();
    }
  }

  /** A bridge, with its bus and its Vert.x. */
  record Member(VertxInternal vertx, String bus, ContextInternal context, Bridge bridge) {}

  /** Further settings of a node. */
  record Settings(
      int maxMessageBytes,
      long sendQueueBytes,
      Map<String, Integer> priorities,
      long replyTimeoutMillis) {
    static final Settings PLAIN = new Settings(1 << 20, 1 << 26, Map.of());

    Settings(int maxMessageBytes, long sendQueueBytes, Map<String, Integer> priorities) {
      this(maxMessageBytes, sendQueueBytes, priorities, 60_000);
    }

    Settings replyTimeout(long millis) {
      return new Settings(maxMessageBytes, sendQueueBytes, priorities, millis);
    }
  }

  MemoryBridges(Pool pool) {
    this.pool = pool;
  }

  MemoryBridges with(MemoryBus.Terms terms, long seed) {
    this.terms = terms;
    this.seed = seed;
    return this;
  }

  VertxInternal vertx(int i) {
    return pool.get(i);
  }

  MemoryBus bus(String name) {
    return buses.computeIfAbsent(name, n -> new MemoryBus(terms, seed + n.hashCode()));
  }

  Member add(int i, String bus, List<String> exports, List<String> imports) {
    return add(i, bus, exports, imports, Settings.PLAIN);
  }

  /** Adds a bridge, without starting it. */
  Member add(int i, String bus, List<String> exports, List<String> imports, Settings settings) {
    VertxInternal vertx = vertx(i);
    ContextInternal context = context(vertx);
    String node = String.valueOf(i);
    BusOptions options =
        new BusOptions()
            .setName(bus)
            .setNode(node)
            .setExports(exports)
            .setImports(imports)
            .setMaxMessageBytes(settings.maxMessageBytes)
            .setSendQueueBytes(settings.sendQueueBytes)
            .setReplyTimeoutMillis(settings.replyTimeoutMillis);
    options.getMqueue().setPriorities(settings.priorities);
    BusConfig config = new BusConfig(options, node);
    MemoryBus memory = bus(bus);
    Bridge bridge =
        new Bridge(
            context,
            config,
            (incarnation, listener, counters) ->
                member(memory, context, config, incarnation, listener));
    Member member = new Member(vertx, bus, context, bridge);
    members.add(member);
    return member;
  }

  /** Adds a bridge on another loop than the last bridge of this Vert.x. */
  private ContextInternal context(VertxInternal vertx) {
    EventLoop taken = null;
    for (Member m : members) {
      taken = m.vertx == vertx ? m.context.nettyEventLoop() : taken;
    }
    ContextInternal context = vertx.createEventLoopContext();
    while (context.nettyEventLoop() == taken) {
      context = vertx.createEventLoopContext();
    }
    return context;
  }

  /** Returns a bridge by the order in which they were added. */
  Member member(int number) {
    return members.get(number);
  }

  List<Member> members() {
    return List.copyOf(members);
  }

  private static BusMember member(
      MemoryBus bus,
      ContextInternal context,
      BusConfig config,
      long incarnation,
      BusListener listener) {
    MemoryNode node = bus.node(context, config, incarnation, listener);
    return new BusMember() {
      @Override
      public Future<Void> join() {
        return node.join();
      }

      @Override
      public Future<Void> leave() {
        return node.leave();
      }

      @Override
      public Future<Void> exported(Collection<String> addresses) {
        node.exported(addresses);
        return Future.succeededFuture();
      }

      @Override
      public void setPaused(boolean paused) {
        node.setPaused(paused);
      }

      @Override
      public boolean show() {
        // There are no files here.
        return false;
      }
    };
  }

  /** Starts all bridges that have not been started. */
  MemoryBridges start() throws Exception {
    List<Future<Void>> starting = members.stream().map(m -> m.bridge.start()).toList();
    Await.get(Future.all(starting));
    settle();
    return this;
  }

  /** Returns the context of a worker; {@link #settle} waits for its tasks. */
  ContextInternal worker(int i) {
    ContextInternal context = vertx(i).createWorkerContext();
    workers.add(context);
    return context;
  }

  /** Reports that something happened, so that its consequences are waited for. */
  void happened() {
    activity.incrementAndGet();
  }

  /** Registers a consumer for as long as these bridges are used. */
  <T> MessageConsumer<T> consumer(int i, String address, Handler<Message<T>> handler) {
    return handle(vertx(i).eventBus().consumer(address), handler);
  }

  /** The same for what is sent in its Vert.x only. */
  <T> MessageConsumer<T> localConsumer(int i, String address, Handler<Message<T>> handler) {
    return handle(vertx(i).eventBus().localConsumer(address), handler);
  }

  /** The same for one that is not as usual. */
  <T> MessageConsumer<T> handle(MessageConsumer<T> consumer, Handler<Message<T>> handler) {
    consumers.add(consumer);
    consumer.handler(
        message -> {
          happened();
          handler.handle(message);
        });
    return consumer;
  }

  /** Does something later, which is waited for. */
  void later(Vertx vertx, long millis, Runnable task) {
    waiting.incrementAndGet();
    vertx.setTimer(
        millis,
        id -> {
          try {
            task.run();
          } finally {
            happened();
            waiting.decrementAndGet();
          }
        });
  }

  /** Waits until all that has been sent has come to where it goes. */
  void settle() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    long seen = -1;
    for (int quiet = 0; quiet < QUIET_ROUNDS; ) {
      for (VertxInternal v : pool.vertx) {
        for (EventExecutor loop : v.nettyEventLoopGroup()) {
          loop.submit(() -> {}).get(SETTLE_SECONDS, TimeUnit.SECONDS);
        }
      }
      for (ContextInternal worker : workers) {
        on(worker, () -> {});
      }
      boolean busy = waiting.get() > 0 || buses.values().stream().anyMatch(MemoryBus::isBusy);
      long now = activity.get() + buses.values().stream().mapToLong(MemoryBus::movedRecords).sum();
      quiet = busy || now != seen ? 0 : quiet + 1;
      seen = now;
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("it does not come to rest");
      }
    }
  }

  /** Returns the nodes that, as a Vert.x knows, have a consumer. */
  Set<String> available(int i, String address) {
    RemoteAddress remote = Hub.of(vertx(i)).address(address);
    Set<String> nodes = new TreeSet<>();
    if (remote != null) {
      for (Route route : remote.routes()) {
        if (route.isAvailable()) {
          nodes.add(route.node());
        }
      }
    }
    return nodes;
  }

  /** Waits until that is so. */
  void awaitAvailable(int i, String address, String... nodes) throws InterruptedException {
    Await.until(
        "Vert.x " + i + " knows who has a consumer",
        () -> available(i, address).equals(new TreeSet<>(List.of(nodes))));
  }

  /** Does something on a loop, and waits for it. */
  static void on(ContextInternal context, Runnable task) throws Exception {
    Await.get(
        Future.<Void>future(
            done ->
                context.runOnContext(
                    v -> {
                      task.run();
                      done.complete();
                    })));
  }

  /** Returns how many requests wait for a reply of a peer. */
  private int pending() throws Exception {
    int pending = 0;
    for (Member m : members) {
      pending += Await.get(m.bridge.waiting());
    }
    return pending;
  }

  /** Checks that nobody waits for a reply any more. */
  void checkNothingWaits() throws Exception {
    int pending = pending();
    if (pending > 0) {
      throw new AssertionError(pending + " wait for a reply though nothing is under way");
    }
  }

  @Override
  public void close() throws Exception {
    for (MessageConsumer<?> consumer : consumers) {
      Await.get(consumer.unregister());
    }
    for (Member m : members) {
      Await.get(m.bridge.stop());
    }
    settle();
    for (VertxInternal v : pool.vertx) {
      Set<String> left = new TreeSet<>(handlers(v).keySet());
      if (!left.isEmpty()) {
        throw new AssertionError("left in the event bus of Vert.x: " + left);
      }
    }
    if (!pool.thrown.isEmpty()) {
      AssertionError failure = new AssertionError("thrown on a context");
      for (Throwable t = pool.thrown.poll(); t != null; t = pool.thrown.poll()) {
        failure.addSuppressed(t);
      }
      throw failure;
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> handlers(VertxInternal vertx) throws ReflectiveOperationException {
    Field field = EventBusImpl.class.getDeclaredField("handlerMap");
    field.setAccessible(true);
    return (Map<String, ?>) field.get(vertx.eventBus());
  }
}
