package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;

/**
 * Each publish exactly once for each consumer that it can reach, each send at most once, whatever
 * the buses are between which gateways stand. The number of tries is that of
 * junit-platform.properties; {@code -Djqwik.tries.default=5000} makes it more.
 */
class BridgePropertyTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  private static final AtomicLong WORLDS = new AtomicLong();
  private static final int PUBLISHES = 8;
  private static final int SENDS = 12;
  private static final int REQUESTS = 8;
  // Longer than anything takes: a request that ends by it is a failure.
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(25_000);

  @AfterContainer
  static void closePool() throws Exception {
    POOL.close();
  }

  @Provide
  Arbitrary<World> worlds() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, anyWorlds(false)),
        Tuple.of(3, anyWorlds(true)),
        Tuple.of(4, chains()),
        Tuple.of(3, diamonds()));
  }

  private static Arbitrary<World.Role> roles(boolean open) {
    return open
        ? Arbitraries.frequency(Tuple.of(1, World.Role.ABSENT), Tuple.of(2, World.Role.BOTH))
        : Arbitraries.frequency(
            Tuple.of(4, World.Role.ABSENT),
            Tuple.of(6, World.Role.BOTH),
            Tuple.of(2, World.Role.IMPORTS),
            Tuple.of(2, World.Role.EXPORTS),
            Tuple.of(1, World.Role.NEITHER));
  }

  private static Arbitrary<World.Consumers> consumers() {
    return Arbitraries.frequency(
        Tuple.of(4, World.Consumers.NONE),
        Tuple.of(4, World.Consumers.ONE),
        Tuple.of(1, World.Consumers.TWO),
        Tuple.of(1, World.Consumers.LATE));
  }

  /** How a world is, whoever is in it. */
  private record Weather(int mostTurns, boolean tight, boolean slow, long seed) {}

  private static Arbitrary<Weather> weather() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 4),
            Arbitraries.of(false, false, true),
            Arbitraries.of(false, false, false, true),
            Arbitraries.longs())
        .as(Weather::new);
  }

  private static World world(
      int nodes,
      int buses,
      List<World.Role> roles,
      List<World.Consumers> consumers,
      int sender,
      Weather w) {
    return new World(
        nodes, buses, roles, consumers, sender, w.mostTurns, w.tight, w.slow, w.seed);
  }

  private static Arbitrary<World> anyWorlds(boolean open) {
    return Combinators.combine(
            Arbitraries.integers().between(2, 5),
            Arbitraries.integers().between(1, 3),
            roles(open).list().ofSize(15),
            consumers().list().ofSize(5),
            Arbitraries.integers().between(1, 4),
            weather())
        .as((n, b, roles, consumers, s, w) -> world(n, b, roles, consumers, 1 + s % (n - 1), w));
  }

  /** Consumers at the end only, behind one or two gateways. */
  private static Arbitrary<World> chains() {
    return Combinators.combine(
            Arbitraries.integers().between(2, 3),
            Arbitraries.integers().between(-1, 2),
            Arbitraries.of(World.Consumers.ONE, World.Consumers.TWO, World.Consumers.LATE),
            Arbitraries.of(World.Consumers.NONE, World.Consumers.NONE, World.Consumers.ONE),
            weather())
        .as(
            (buses, idleAt, last, first, w) -> {
              int nodes = buses + (idleAt < 0 ? 1 : 2);
              List<World.Role> roles = new ArrayList<>();
              for (int i = 0; i <= buses; i++) {
                for (int b = 0; b < buses; b++) {
                  roles.add(b == i || b == i - 1 ? World.Role.BOTH : World.Role.ABSENT);
                }
              }
              for (int b = 0; b < buses; b++) {
                roles.add(b == idleAt % buses ? World.Role.BOTH : World.Role.ABSENT);
              }
              List<World.Consumers> consumers = new ArrayList<>();
              for (int i = 0; i < nodes; i++) {
                consumers.add(i == buses ? last : i == 0 ? first : World.Consumers.NONE);
              }
              return world(nodes, buses, roles, consumers, buses, w);
            });
  }

  /** Two gateways side by side, and perhaps a third in a row with them. */
  private static Arbitrary<World> diamonds() {
    World.Role b = World.Role.BOTH;
    World.Role o = World.Role.ABSENT;
    return Combinators.combine(
            Arbitraries.of(
                List.of(b, o, o, b, b, o, b, b, o, o, b, o),
                List.of(b, o, o, b, b, o, b, o, b, o, b, b),
                List.of(b, o, o, b, b, o, b, b, o, o, b, b, o, o, b)),
            consumers(),
            Arbitraries.of(World.Consumers.ONE, World.Consumers.LATE),
            Arbitraries.integers().between(1, 4),
            weather())
        .as(
            (roles, first, last, s, w) -> {
              int nodes = roles.size() / 3;
              List<World.Consumers> consumers = new ArrayList<>();
              for (int i = 0; i < nodes; i++) {
                consumers.add(i == nodes - 1 ? last : i == 0 ? first : World.Consumers.NONE);
              }
              return world(nodes, 3, roles, consumers, 1 + s % (nodes - 1), w);
            });
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void messagesArriveOnce(@ForAll("worlds") World world) throws Exception {
    MemoryBus.Terms terms =
        world.tight()
            ? new MemoryBus.Terms(256, 512, world.mostTurns(), false)
            : new MemoryBus.Terms(4096, 1 << 20, world.mostTurns(), false);
    try (MemoryBridges bridges = new MemoryBridges(POOL).with(terms, world.seed())) {
      new Run(world, bridges).run();
    }
  }

  /** One world, and what happens there. */
  private static final class Run {
    private final World world;
    private final MemoryBridges bridges;
    private final Random random;
    private final String address = "x" + WORLDS.incrementAndGet();
    private final Map<Integer, MemoryBridges.Member> anyBridge = new HashMap<>();
    // What each consumer has had, by "node/number".
    private final Map<String, Queue<String>> received = new TreeMap<>();
    private final Map<String, Future<Message<Object>>> requests = new LinkedHashMap<>();
    private final AtomicInteger dialogues = new AtomicInteger();

    Run(World world, MemoryBridges bridges) {
      this.world = world;
      this.bridges = bridges;
      this.random = new Random(world.seed());
    }

    void run() throws Exception {
      for (int i = 0; i < world.nodes(); i++) {
        join(i);
        for (int c = 0; c < world.consumers().get(i).count; c++) {
          received.put(i + "/" + c, new ConcurrentLinkedQueue<>());
        }
      }
      List<Runnable> late = new ArrayList<>();
      for (int i = 0; i < world.nodes(); i++) {
        for (int c = 0; c < world.consumers().get(i).count; c++) {
          int node = i;
          String name = i + "/" + c;
          ContextInternal where = context(i);
          if (world.consumers().get(i) == World.Consumers.LATE) {
            late.add(() -> where.runOnContext(v -> consume(node, name)));
          } else {
            MemoryBridges.on(where, () -> consume(node, name));
          }
        }
      }
      bridges.start();
      Handler<DeliveryContext<Object>> waits =
          d -> bridges.later(bridges.vertx(0), 1, d::next);
      if (world.slow()) {
        buses().forEach(b -> b.addOutboundInterceptor(waits).addInboundInterceptor(waits));
      }
      try {
        if (!late.isEmpty()) {
          send("unsure", () -> late.forEach(Runnable::run));
          bridges.settle();
          checkAtMostOnce("unsure");
        }
        send("sure", () -> {});
        bridges.settle();
        checkAtMostOnce("sure");
        checkExactlyOnce();
        bridges.checkNothingWaits();
      } finally {
        buses().forEach(b -> b.removeOutboundInterceptor(waits).removeInboundInterceptor(waits));
      }
    }

    private Collection<EventBus> buses() {
      List<EventBus> buses = new ArrayList<>();
      for (int i = 0; i < world.nodes(); i++) {
        buses.add(bridges.vertx(i).eventBus());
      }
      return buses;
    }

    private void join(int i) {
      for (int b = 0; b < world.buses(); b++) {
        World.Role role = world.role(i, b);
        if (role != World.Role.ABSENT) {
          anyBridge.put(
              i,
              bridges.add(
                  i,
                  "bus" + b,
                  role.exports() ? List.of(address) : List.of(),
                  role.imports() ? List.of(address) : List.of()));
        }
      }
    }

    /** The loop of a bridge, another loop, or a worker. */
    private ContextInternal context(int i) {
      VertxInternal vertx = bridges.vertx(i);
      return switch (random.nextInt(3)) {
        case 0 ->
            anyBridge.containsKey(i)
                ? anyBridge.get(i).context()
                : vertx.createEventLoopContext();
        case 1 -> vertx.createEventLoopContext();
        default -> bridges.worker(i);
      };
    }

    private void consume(int i, String name) {
      bridges.<String>consumer(
          i,
          address,
          m -> {
            received.get(name).add(m.body());
            if (m.replyAddress() == null) {
              return;
            }
            if (m.body().contains("dialogue")) {
              m.replyAndRequest("?", PATIENT).onSuccess(answer -> dialogues.incrementAndGet());
            } else {
              m.reply("ok");
            }
          });
    }

    private String body(String phase, int sender, String kind, int number) {
      String padding = world.tight() && number % 3 == 0 ? "-".repeat(300) : "";
      return phase + " " + sender + " " + kind + " " + number + " " + padding;
    }

    private void send(String phase, Runnable amid) throws Exception {
      requests.clear();
      dialogues.set(0);
      amid(phase, 0, amid);
      if (world.sender() < world.nodes()) {
        amid(phase, world.sender(), () -> {});
      }
      List<Future<Message<Object>>> all = List.copyOf(requests.values());
      Await.settled(Future.join(all));
    }

    private void amid(String phase, int from, Runnable amid) throws Exception {
      EventBus bus = bridges.vertx(from).eventBus();
      ContextInternal context = context(from);
      for (int n = 0; n < Math.max(PUBLISHES, SENDS); n++) {
        if (n == PUBLISHES / 2) {
          amid.run();
        }
        int number = n;
        Runnable sending =
            () -> {
              if (number < PUBLISHES) {
                bus.publish(address, body(phase, from, "publish", number));
              }
              if (number < SENDS) {
                bus.send(address, body(phase, from, "send", number));
              }
              if (number < REQUESTS) {
                request(bus, body(phase, from, number % 3 == 0 ? "dialogue" : "request", number));
              }
            };
        if (random.nextInt(3) == 0) {
          sending.run();
        } else {
          // Waited for, so that what one sender sends is in order.
          MemoryBridges.on(context, sending);
        }
      }
    }

    private void request(EventBus bus, String body) {
      Future<Message<Object>> asked = bus.request(address, body, PATIENT);
      if (body.contains("dialogue")) {
        asked.onSuccess(question -> question.reply("!"));
      }
      synchronized (requests) {
        requests.put(body, asked);
      }
    }

    private Map<String, Map<String, Integer>> counts(String phase) {
      Map<String, Map<String, Integer>> byConsumer = new TreeMap<>();
      received.forEach(
          (consumer, bodies) -> {
            Map<String, Integer> counts = new HashMap<>();
            bodies.stream()
                .filter(body -> body.startsWith(phase))
                .forEach(body -> counts.merge(body, 1, Integer::sum));
            byConsumer.put(consumer, counts);
          });
      return byConsumer;
    }

    private void checkAtMostOnce(String phase) {
      Map<String, Integer> sum = new TreeMap<>();
      counts(phase)
          .forEach(
              (consumer, counts) ->
                  counts.forEach(
                      (body, count) -> {
                        assertEquals(1, count, body + " at " + consumer);
                        sum.merge(body, count, Integer::sum);
                      }));
      sum.forEach(
          (body, count) -> {
            if (!body.contains("publish")) {
              assertEquals(1, count, "consumers that have had " + body);
            }
          });
      int succeeded = 0;
      for (Map.Entry<String, Future<Message<Object>>> request : requests.entrySet()) {
        Future<?> outcome = request.getValue();
        int had = sum.getOrDefault(request.getKey(), 0);
        if (outcome.succeeded()) {
          assertEquals(1, had, request.getKey() + " succeeded");
          succeeded += request.getKey().contains("dialogue") ? 1 : 0;
        } else {
          ReplyException e = (ReplyException) outcome.cause();
          assertEquals(ReplyFailure.NO_HANDLERS, e.failureType(), request.getKey() + ": " + e);
          assertEquals(0, had, request.getKey() + ": " + e);
        }
      }
      assertEquals(succeeded, dialogues.get(), "replies to replies");
    }

    private void checkExactlyOnce() {
      Map<String, Map<String, Integer>> counts = counts("sure");
      for (int from : new int[] {0, world.sender()}) {
        if (from >= world.nodes()) {
          continue;
        }
        for (int n = 0; n < PUBLISHES; n++) {
          String body = body("sure", from, "publish", n);
          counts.forEach(
              (consumer, had) -> {
                boolean reached =
                    world.reached(from).contains(Integer.parseInt(consumer.split("/")[0]));
                assertEquals(reached ? 1 : 0, had.getOrDefault(body, 0), body + " at " + consumer);
              });
        }
        if (world.isOpen()) {
          checkSends(counts, from);
        }
        if (!world.hasLate() && !world.slow()) {
          checkOrder(from);
        }
      }
    }

    private void checkSends(Map<String, Map<String, Integer>> counts, int from) {
      int expected = world.hasConsumer(from) ? 1 : 0;
      for (int n = 0; n < SENDS; n++) {
        String body = body("sure", from, "send", n);
        int had = counts.values().stream().mapToInt(c -> c.getOrDefault(body, 0)).sum();
        assertEquals(expected, had, body);
      }
      requests.forEach(
          (body, outcome) -> {
            if (body.startsWith("sure " + from + " ")) {
              assertEquals(expected == 1, outcome.succeeded(), body + ": " + outcome.cause());
            }
          });
    }

    private void checkOrder(int from) {
      received.forEach(
          (consumer, bodies) -> {
            int last = -1;
            for (String body : bodies) {
              if (body.startsWith("sure " + from + " send ")) {
                int number = Integer.parseInt(body.split(" ")[3]);
                assertTrue(number > last, body + " after " + last + " at " + consumer);
                last = number;
              }
            }
          });
    }
  }
}
