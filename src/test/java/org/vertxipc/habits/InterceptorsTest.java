package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;

/** Tests users' interceptors: they run once for each message, and may take their time. */
class InterceptorsTest {
  private static final int MESSAGES = 20;

  /** When an interceptor calls {@code next}. */
  enum Next {
    AT_ONCE {
      @Override
      void call(Vertx vertx, DeliveryContext<Object> context) {
        context.next();
      }
    },
    LATER {
      @Override
      void call(Vertx vertx, DeliveryContext<Object> context) {
        vertx.setTimer(1, id -> context.next());
      }
    },
    ON_A_WORKER {
      @Override
      void call(Vertx vertx, DeliveryContext<Object> context) {
        vertx.executeBlocking(
            () -> {
              context.next();
              return null;
            });
      }
    },
    ON_A_THREAD_OF_ITS_OWN {
      @Override
      void call(Vertx vertx, DeliveryContext<Object> context) {
        new Thread(context::next).start();
      }
    };

    abstract void call(Vertx vertx, DeliveryContext<Object> context);
  }

  private static void interceptEverything(Mesh mesh, Next next) {
    for (int node = 0; node < mesh.size(); node++) {
      Vertx vertx = mesh.vertx(node);
      mesh.events(node).addOutboundInterceptor(context -> next.call(vertx, context));
      mesh.events(node).addInboundInterceptor(context -> next.call(vertx, context));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachMessageComesOnceWheneverInterceptorsGoOn(Next next) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      eachMessageComesOnce(mesh, next);
    }
  }

  @EachTransport
  void eachMessageComesOnceOverEachTransport(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, 2)) {
      eachMessageComesOnce(mesh, Next.LATER);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TWO_BUSES_OF_THE_SAME_TWO", "RING_OF_THREE", "DIAMOND", "CHAIN_OF_THREE"})
  void eachMessageComesOnceThroughGatewaysWithInterceptorsThatWait(Shape shape) throws Exception {
    try (Mesh mesh = Mesh.started("shm", shape.buses)) {
      eachMessageComesOnce(mesh, Next.LATER);
    }
  }

  private static void eachMessageComesOnce(Mesh mesh, Next next) throws Exception {
    interceptEverything(mesh, next);
    List<Received> all = mesh.consumeEverywhere();
    for (int i = 0; i < MESSAGES; i++) {
      mesh.events(0).publish(Mesh.X, i);
    }
    mesh.awaitExactly(MESSAGES * all.size(), all, 0);
    Map<Object, Long> once =
        IntStream.range(0, MESSAGES)
            .boxed()
            .collect(Collectors.toMap(Function.identity(), i -> 1L));
    for (Received one : all) {
      assertEquals(once, one.times(), "published, at " + one);
      one.clear();
    }
    for (int i = 0; i < MESSAGES; i++) {
      mesh.events(0).send(Mesh.X, i);
    }
    assertEquals(Map.of(Outcomes.OK, MESSAGES), mesh.requests(0, MESSAGES).counts());
    mesh.awaitExactly(2 * MESSAGES, all, 0);
    assertEquals(2 * MESSAGES, Mesh.total(all), "sent");
  }

  /** Counts what passes the interceptors of a node. */
  private static final class Counting {
    final AtomicInteger out = new AtomicInteger();
    final AtomicInteger in = new AtomicInteger();

    Counting(EventBus bus) {
      bus.addOutboundInterceptor(counting(out));
      bus.addInboundInterceptor(counting(in));
    }

    private static Handler<DeliveryContext<Object>> counting(AtomicInteger count) {
      return context -> {
        if (!(context.message().body() instanceof String s && s.startsWith(Received.MARKER))) {
          count.incrementAndGet();
        }
        context.next();
      };
    }

    List<Integer> outAndIn() {
      return List.of(out.get(), in.get());
    }
  }

  /** A kind of message, and how often the interceptors of its sender and receiver see it. */
  @SuppressWarnings("ImmutableEnumChecker") // Its lists are.
  enum Kind {
    SEND(List.of(1, 0), List.of(0, 1)),
    PUBLISH(List.of(1, 0), List.of(0, 1)),
    // This includes the reply.
    REQUEST(List.of(1, 1), List.of(1, 1));

    final List<Integer> sender;
    final List<Integer> receiver;

    Kind(List<Integer> sender, List<Integer> receiver) {
      this.sender = sender;
      this.receiver = receiver;
    }

    static List<Integer> times(List<Integer> each, int count) {
      return each.stream().map(n -> n * count).toList();
    }

    void send(Mesh mesh, int count) throws Exception {
      switch (this) {
        case SEND -> IntStream.range(0, count).forEach(i -> mesh.events(0).send(Mesh.X, i));
        case PUBLISH -> IntStream.range(0, count).forEach(i -> mesh.events(0).publish(Mesh.X, i));
        case REQUEST -> assertEquals(Map.of(Outcomes.OK, count), mesh.requests(0, count).counts());
        default -> throw new IllegalStateException(name());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void interceptorsSeeAMessageOnceHoweverManyNodesExportItsAddress(Kind kind) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 7)) {
      Counting sender = new Counting(mesh.events(0));
      Counting receiver = new Counting(mesh.events(1));
      Counting bystander = new Counting(mesh.events(2));
      Received only = mesh.consume(1);
      kind.send(mesh, 120);
      mesh.awaitExactly(120, List.of(only), 0);
      assertEquals(Kind.times(kind.sender, 120), sender.outAndIn(), "sender: out, in");
      assertEquals(Kind.times(kind.receiver, 120), receiver.outAndIn(), "receiver: out, in");
      assertEquals(List.of(0, 0), bystander.outAndIn(), "a third node: out, in");
      assertEquals(120, only.count());
    }
  }

  /** Tests consumers on both nodes: the sender's inbound interceptors see only what stays. */
  @Test
  void interceptorsSeeWhatStaysAsInOneVertx() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      List<Received> both = mesh.consumeEverywhere();
      awaitRotation(mesh, 0, both);
      Counting sender = new Counting(mesh.events(0));
      Counting receiver = new Counting(mesh.events(1));
      Kind.SEND.send(mesh, 100);
      mesh.awaitExactly(100, both, 0);
      assertEquals(List.of(100, 50), sender.outAndIn(), "sender: out, in");
      assertEquals(List.of(0, 50), receiver.outAndIn(), "receiver: out, in");
      assertEquals(List.of(50, 50), both.stream().map(Received::count).toList());
    }
  }

  /** Waits until all consumers of an address take their turns, and starts to count again. */
  static void awaitRotation(Mesh mesh, int from, List<Received> of) throws Exception {
    Await.until(
        "all take their turns",
        () -> {
          of.forEach(Received::clear);
          try {
            return mesh.requests(from, of.size()).repliers().size() == of.size();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    mesh.flush(from);
    of.forEach(Received::clear);
  }

  @Test
  void anInterceptorThatIsRegisteredLaterSeesAndChangesWhatLeaves() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      List<String> seen = new ArrayList<>();
      Map<String, AtomicInteger> headers = new ConcurrentHashMap<>();
      mesh.events(1)
          .consumer(
              Mesh.X,
              m -> {
                headers
                    .computeIfAbsent(m.headers().get("late"), k -> new AtomicInteger())
                    .incrementAndGet();
                m.reply("done");
              });
      Handler<DeliveryContext<Object>> late =
          context -> {
            seen.add(String.valueOf(context.body()));
            context.message().headers().set("late", "yes");
            context.next();
          };
      mesh.events(0).addOutboundInterceptor(late);
      assertEquals(Map.of(Outcomes.OK, 10), mesh.requests(0, 10).counts());
      assertEquals(10, seen.size());
      assertEquals(10, headers.get("yes").get());
      mesh.events(0).removeOutboundInterceptor(late);
      DeliveryOptions own = new DeliveryOptions().addHeader("late", "no");
      assertEquals(Map.of(Outcomes.OK, 5), mesh.requests(0, Mesh.X, 5, own).counts());
      assertEquals(5, headers.get("no").get());
      assertEquals(10, seen.size());
    }
  }

  /** On either side: what an interceptor keeps is not delivered, and the next message is. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whatAnInterceptorKeepsDoesNotArrive(boolean atTheSender) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received there = mesh.consume(1);
      Handler<DeliveryContext<Object>> keeps =
          context -> {
            if (!"keep".equals(context.body())) {
              context.next();
            }
          };
      if (atTheSender) {
        mesh.events(0).addOutboundInterceptor(keeps);
      } else {
        mesh.events(1).addInboundInterceptor(keeps);
      }
      for (String body : List.of("keep", "a", "keep", "b")) {
        mesh.events(0).send(Mesh.X, body);
        mesh.events(0).publish(Mesh.X, body);
      }
      DeliveryOptions brief = new DeliveryOptions().setSendTimeout(50);
      Future<Message<Object>> kept = mesh.events(0).request(Mesh.X, "keep", brief);
      assertEquals(Map.of("TIMEOUT", 1), Outcomes.of(List.of(kept)).counts());
      mesh.flush(0);
      assertEquals(Map.of("a", 2L, "b", 2L), there.times());
    }
  }

  /** On either side, for messages and for replies: it is reported, and the next message comes. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void anInterceptorThatThrowsTroublesNothingElse(boolean atTheSender) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received there = mesh.consume(1);
      Handler<DeliveryContext<Object>> throwing =
          context -> {
            if ("throw".equals(context.body())) {
              throw new IllegalStateException("as asked");
            }
            context.next();
          };
      if (atTheSender) {
        mesh.events(0).addOutboundInterceptor(throwing);
      } else {
        mesh.events(1).addInboundInterceptor(throwing);
      }
      for (String body : List.of("throw", "a", "throw", "b")) {
        mesh.events(0).send(Mesh.X, body);
        mesh.events(0).publish(Mesh.X, body);
        String again = body + "!";
        Await.get(mesh.onLoop(0, () -> mesh.events(0).send(Mesh.X, again)));
      }
      assertEquals(Map.of(Outcomes.OK, 5), mesh.requests(0, 5).counts());
      mesh.flush(0);
      assertEquals(2, there.times().get("a"));
      assertEquals(2, there.times().get("b"));
      assertEquals(1, there.times().get("b!"));
    }
  }
}
