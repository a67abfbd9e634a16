package org.vertxipc.habits;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.BlockedLoops;
import org.vertxipc.testing.TestBus;

/**
 * Several Vert.x in this JVM, on one or more buses. Each node exports and imports the same
 * addresses, unless a test says otherwise. What the test sees is what a user sees: bridges, and the
 * event bus of each Vert.x.
 */
final class Mesh implements AutoCloseable {
  /** The address that most tests use. */
  static final String X = "x";

  // By default, the queues of a user may take little memory together.
  private static final MqueueOptions SMALL_QUEUES =
      new MqueueOptions().setMaxMessages(10).setMessageBytes(1024);

  private final String transport;
  private final List<Vertx> all = new ArrayList<>();
  private final List<TestBus> buses = new ArrayList<>();
  private final List<Map<Integer, IpcBridge>> bridges = new ArrayList<>();
  private final Map<Integer, ContextInternal> loops = new HashMap<>();
  private final List<Received> received = new ArrayList<>();
  private String[] addresses = {X};
  private int markers;

  private Mesh(String transport) {
    this.transport = transport;
  }

  static Mesh over(String transport) {
    return new Mesh(transport);
  }

  /** Starts one bus with some nodes. */
  static Mesh started(String transport, int nodes, String... addresses) throws Exception {
    Mesh mesh = over(transport).add(nodes);
    if (addresses.length > 0) {
      mesh.addresses(addresses);
    }
    int[] members = new int[nodes];
    Arrays.setAll(members, i -> i);
    return mesh.bus(members).start();
  }

  /** Starts some buses, each given by the numbers of its Vert.x. */
  static Mesh started(String transport, int[][] buses) throws Exception {
    Mesh mesh = over(transport);
    mesh.add(Arrays.stream(buses).flatMapToInt(Arrays::stream).max().orElse(0) + 1);
    for (int[] bus : buses) {
      mesh.bus(bus);
    }
    return mesh.start();
  }

  static VertxOptions options() {
    return BlockedLoops.watch(
        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
  }

  Mesh add(int count) {
    for (int i = 0; i < count; i++) {
      add(Vertx.vertx(options()));
    }
    return this;
  }

  Mesh add(Vertx vertx) {
    vertx.exceptionHandler(e -> {}); // Some tests make user code throw; what matters is counted.
    all.add(vertx);
    return this;
  }

  /** Sets what all nodes export and import; {@link #X} by default. */
  Mesh addresses(String... addresses) {
    this.addresses = addresses;
    return this;
  }

  Mesh bus(int... members) {
    return bus(o -> o, members);
  }

  Mesh bus(UnaryOperator<BusOptions> tune, int... members) {
    TestBus bus = new TestBus(transport);
    Map<Integer, IpcBridge> ofBus = new HashMap<>();
    for (int member : members) {
      BusOptions options =
          bus.options("n" + member)
              .setExports(new ArrayList<>(List.of(addresses)))
              .setImports(new ArrayList<>(List.of(addresses)))
              .setMqueue(SMALL_QUEUES);
      ofBus.put(member, bridge(bus, member, tune.apply(options)));
    }
    buses.add(bus);
    bridges.add(ofBus);
    return this;
  }

  /** Adds a bridge on a new context, so that a gateway has its bridges on different loops. */
  private IpcBridge bridge(TestBus bus, int member, BusOptions options) {
    ContextInternal context = ((VertxInternal) all.get(member)).createEventLoopContext();
    loops.putIfAbsent(member, context);
    Promise<IpcBridge> made = Promise.promise();
    context.runOnContext(v -> made.complete(bus.bridge(all.get(member), options)));
    return made.future().toCompletionStage().toCompletableFuture().join();
  }

  /** Starts all bridges; returns when each knows what its peers export. */
  Mesh start() throws Exception {
    List<Future<Void>> starting = new ArrayList<>();
    for (Map<Integer, IpcBridge> ofBus : bridges) {
      ofBus.values().forEach(bridge -> starting.add(bridge.start()));
    }
    Await.get(Future.join(starting));
    awaitMet();
    return this;
  }

  private void awaitMet() throws Exception {
    for (Map<Integer, IpcBridge> ofBus : bridges) {
      int exported = 0;
      for (IpcBridge bridge : ofBus.values()) {
        exported += Await.get(bridge.exports()).size();
      }
      for (IpcBridge bridge : ofBus.values()) {
        int others = exported - Await.get(bridge.exports()).size();
        Await.until("the peers have met", () -> Await.exports(bridge).size() == others);
      }
    }
  }

  int size() {
    return all.size();
  }

  Vertx vertx(int node) {
    return all.get(node);
  }

  EventBus events(int node) {
    return all.get(node).eventBus();
  }

  TestBus bus() {
    return buses.get(0);
  }

  /** Returns the bridge of a node on the first bus. */
  IpcBridge bridge(int node) {
    return bridge(0, node);
  }

  IpcBridge bridge(int bus, int node) {
    return bridges.get(bus).get(node);
  }

  /** Adds a consumer of {@link #X}. */
  Received consume(int node) throws Exception {
    return consume(node, X);
  }

  /** Adds a consumer that keeps what it gets, and replies with the name of its node. */
  Received consume(int node, String address) throws Exception {
    Received one = new Received(all.get(node), address, "n" + node);
    received.add(one);
    Await.get(one.completion());
    return one;
  }

  /** Adds a consumer of {@link #X} on each node. */
  List<Received> consumeEverywhere() throws Exception {
    List<Received> everywhere = new ArrayList<>();
    for (int node = 0; node < all.size(); node++) {
      everywhere.add(consume(node));
    }
    return everywhere;
  }

  static int total(List<Received> of) {
    return of.stream().mapToInt(Received::count).sum();
  }

  /** Waits until some messages have arrived, and then for any that may follow. */
  void awaitExactly(int count, List<Received> of, int from) throws Exception {
    Await.until(count + " messages", () -> total(of) >= count);
    flush(from);
  }

  /**
   * Waits until all that is under way to consumers has come: published markers follow it through
   * every channel from a node to its peers and on, as often as there are nodes. A copy that goes
   * round goes at least one hop further with each of them.
   */
  void flush(int from) throws Exception {
    flush(from, X);
  }

  void flush(int from, String address) throws Exception {
    List<Received> waiting =
        received.stream().filter(r -> r.isRegistered() && r.address().equals(address)).toList();
    if (waiting.isEmpty()) {
      throw new AssertionError("nobody would get the marker");
    }
    for (int round = 0; round <= all.size(); round++) {
      String marker = Received.MARKER + markers++;
      events(from).publish(address, marker);
      for (Received one : waiting) {
        Await.until(marker + " at " + one, () -> one.hasMarker(marker));
      }
    }
  }

  /** Does something on the event loop of the first bridge of a node. */
  Future<Void> onLoop(int node, Runnable task) {
    return on(loops.get(node), task);
  }

  /** Does something on another event loop of that Vert.x. */
  Future<Void> onOtherLoop(int node, Runnable task) {
    ContextInternal other;
    do {
      other = ((VertxInternal) all.get(node)).createEventLoopContext();
    } while (other.nettyEventLoop() == loops.get(node).nettyEventLoop());
    return on(other, task);
  }

  private static Future<Void> on(Context context, Runnable task) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            task.run();
            done.complete();
          } catch (RuntimeException | Error e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  /** Requests of one node, and their outcomes. */
  Outcomes requests(int from, int count) throws Exception {
    return requests(from, X, count, new DeliveryOptions());
  }

  Outcomes requests(int from, String address, int count, DeliveryOptions options) throws Exception {
    List<Future<Message<Object>>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(events(from).request(address, "request " + i, options));
    }
    return Outcomes.of(asked);
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    for (TestBus bus : buses) {
      try {
        bus.close();
      } catch (Exception e) {
        failure = e;
      }
    }
    for (Vertx vertx : all) {
      Await.get(vertx.close());
    }
    if (failure != null) {
      throw failure;
    }
  }
}
