package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.vertxipc.testing.Await;

/** Runs one world. */
final class WorldRun {
  private static final AtomicLong WORLDS = new AtomicLong();
  private static final int PUBLISHES = 8;
  private static final int SENDS = 12;
  private static final int REQUESTS = 8;
  // This is longer than anything takes: a request that times out is a failure.
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(25_000);

  /** The consumers that stay from the start to the end. */
  private static final Set<World.Consumers> STEADY =
      EnumSet.of(World.Consumers.ONE, World.Consumers.TWO);

  /** The consumers that are registered at the end. */
  private static final Set<World.Consumers> LASTING =
      EnumSet.of(World.Consumers.ONE, World.Consumers.TWO, World.Consumers.LATE);

  private final World world;
  private final MemoryBridges bridges;
  private final Random random;
  private final String address = "x" + WORLDS.incrementAndGet();
  private final Map<Integer, MemoryBridges.Member> anyBridge = new HashMap<>();
  // What each consumer has received, by "node/number".
  private final Map<String, Queue<String>> received = new TreeMap<>();
  private final Map<String, Future<Message<Object>>> requests = new LinkedHashMap<>();
  private final Map<String, MessageConsumer<?>> consumers = new ConcurrentHashMap<>();
  private final AtomicInteger dialogues = new AtomicInteger();

  WorldRun(World world, MemoryBridges bridges) {
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
    List<Runnable> changes = new ArrayList<>();
    for (int i = 0; i < world.nodes(); i++) {
      for (int c = 0; c < world.consumers().get(i).count; c++) {
        int node = i;
        String name = i + "/" + c;
        ContextInternal where = context(i);
        if (world.consumers().get(i) == World.Consumers.LATE) {
          changes.add(() -> where.runOnContext(v -> consume(node, name)));
        } else {
          MemoryBridges.on(where, () -> consume(node, name));
        }
        if (world.consumers().get(i) == World.Consumers.GOING) {
          changes.add(() -> where.runOnContext(v -> consumers.get(name).unregister()));
        }
      }
    }
    bridges.start();
    Handler<DeliveryContext<Object>> waits = d -> bridges.later(bridges.vertx(0), 1, d::next);
    if (world.slow()) {
      buses().forEach(b -> b.addOutboundInterceptor(waits).addInboundInterceptor(waits));
    }
    try {
      if (!changes.isEmpty()) {
        send("unsure", () -> changes.forEach(Runnable::run));
        bridges.settle();
        checkAtMostOnce("unsure");
        checkRequests("unsure", STEADY);
      }
      send("sure", () -> {});
      bridges.settle();
      checkAtMostOnce("sure");
      checkExactlyOnce();
      checkRequests("sure", LASTING);
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

  /** Returns the loop of a bridge, another loop, or a worker. */
  private ContextInternal context(int i) {
    VertxInternal vertx = bridges.vertx(i);
    return switch (random.nextInt(3)) {
      case 0 ->
          anyBridge.containsKey(i) ? anyBridge.get(i).context() : vertx.createEventLoopContext();
      case 1 -> vertx.createEventLoopContext();
      default -> bridges.worker(i);
    };
  }

  private void consume(int i, String name) {
    consumers.put(
        name,
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
            }));
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
        // This waits, so that the messages of one sender are in order.
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
        assertEquals(0, had, request.getKey() + ": " + outcome.cause());
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
              int node = Integer.parseInt(consumer.split("/", -1)[0]);
              boolean reached =
                  world.reached(from).contains(node)
                      && LASTING.contains(world.consumers().get(node));
              assertEquals(reached ? 1 : 0, had.getOrDefault(body, 0), body + " at " + consumer);
            });
      }
      if (world.isOpen()) {
        checkSends(counts, from);
      }
      if (!world.isChanging() && !world.slow()) {
        checkOrder(from);
      }
    }
  }

  private void checkSends(Map<String, Map<String, Integer>> counts, int from) {
    int expected = world.hasConsumer(from, LASTING) ? 1 : 0;
    for (int n = 0; n < SENDS; n++) {
      String body = body("sure", from, "send", n);
      int had = counts.values().stream().mapToInt(c -> c.getOrDefault(body, 0)).sum();
      assertEquals(expected, had, body);
    }
  }

  private void checkRequests(String phase, Set<World.Consumers> there) {
    requests.forEach(
        (body, outcome) -> {
          int from = Integer.parseInt(body.split(" ", -1)[1]);
          // Vert.x itself lets a request fail whose consumer it has chosen here, and which goes.
          boolean own =
              phase.equals("unsure") && world.consumers().get(from) == World.Consumers.GOING;
          if (outcome.failed() && !own) {
            ReplyException e = (ReplyException) outcome.cause();
            assertEquals(ReplyFailure.NO_HANDLERS, e.failureType(), body + ": " + e);
            assertFalse(world.isOpen() && world.hasConsumer(from, there), body + ": " + e);
          }
        });
  }

  private void checkOrder(int from) {
    received.forEach(
        (consumer, bodies) -> {
          int last = -1;
          for (String body : bodies) {
            if (body.startsWith("sure " + from + " send ")) {
              int number = Integer.parseInt(body.split(" ", -1)[3]);
              assertTrue(number > last, body + " after " + last + " at " + consumer);
              last = number;
            }
          }
        });
  }
}
