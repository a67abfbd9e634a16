package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;

/** Tests user code that runs because a bridge reports something, or that throws. */
class CallbacksTest {
  private static final String EVENTS = "events";
  private static final String COMMANDS = "commands";
  private static final String RESULTS = "results";
  private static final int MESSAGES = 20;

  /** The place where a consumer is registered. */
  enum Callback {
    START {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).start().onSuccess(v -> task.run());
      }
    },
    AWAIT_EXPORT {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).awaitExport(COMMANDS).onSuccess(v -> task.run());
      }
    },
    AWAIT_EXPORT_ON_A_LOOP {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.onLoop(0, () -> AWAIT_EXPORT.when(mesh, task));
      }
    },
    EXPORT {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).export("more").onSuccess(v -> task.run());
      }
    },
    WITHDRAW {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).withdraw(RESULTS).onSuccess(v -> task.run());
      }
    },
    PEERS {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).peers().onSuccess(v -> task.run());
      }
    },
    PEER_HANDLER {
      @Override
      void when(Mesh mesh, Runnable task) {
        AtomicInteger first = new AtomicInteger();
        mesh.bridge(0)
            .peerHandler(
                peer -> {
                  if (first.getAndIncrement() == 0) {
                    task.run();
                  }
                });
        mesh.bridge(1).export("more");
      }
    },
    REPLY {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.events(0).request(COMMANDS, "ask").onSuccess(reply -> task.run());
      }
    },
    WRITTEN {
      @Override
      void when(Mesh mesh, Runnable task) {
        mesh.bridge(0).sender(COMMANDS).write("w").onSuccess(v -> task.run());
      }
    },
    MESSAGE {
      @Override
      void when(Mesh mesh, Runnable task) {
        var own = mesh.events(0).consumer("own");
        own.handler(
            m -> {
              own.unregister();
              task.run();
            });
        mesh.bridge(0)
            .export("own")
            .compose(v -> mesh.bridge(1).awaitExport("own"))
            .onSuccess(v -> mesh.events(1).send("own", "o"));
      }
    };

    abstract void when(Mesh mesh, Runnable task);
  }

  /**
   * A consumer registered within a callback handles what a peer sends: each message once, and what
   * it sends, publishes and asks for while it does arrives.
   */
  @ParameterizedTest
  @EnumSource
  void aConsumerMadeInACallbackIsAsAnyOther(Callback callback) throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(2).addresses(EVENTS, COMMANDS, RESULTS)) {
      mesh.bus(o -> o.addImport("own").addImport("more"), 0, 1).start();
      Received commands = mesh.consume(1, COMMANDS);
      AtomicInteger handled = new AtomicInteger();
      Queue<Future<Message<Object>>> asked = new ConcurrentLinkedQueue<>();
      Promise<Void> registered = Promise.promise();
      callback.when(
          mesh,
          () ->
              mesh.events(0)
                  .consumer(
                      EVENTS,
                      m -> {
                        handled.incrementAndGet();
                        mesh.events(0).send(COMMANDS, "sent " + m.body());
                        mesh.events(0).publish(COMMANDS, "published " + m.body());
                        asked.add(mesh.events(0).request(COMMANDS, "asked " + m.body()));
                        m.reply("handled");
                      })
                  .completion()
                  .onComplete(registered));
      Await.get(registered.future());
      mesh.flush(0, COMMANDS);
      commands.clear();

      List<Object> bodies = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(1).send(EVENTS, "s" + i);
        mesh.events(1).publish(EVENTS, "p" + i);
        bodies.addAll(List.of("s" + i, "p" + i, "request " + i));
      }
      Outcomes requests = mesh.requests(1, EVENTS, MESSAGES, new DeliveryOptions());
      assertEquals(Map.of(Outcomes.OK, MESSAGES), requests.counts());
      Await.until("all is handled", () -> asked.size() >= 3 * MESSAGES);
      assertEquals(Map.of(Outcomes.OK, 3 * MESSAGES), Outcomes.of(asked).counts());
      mesh.flush(0, COMMANDS);
      assertEquals(3 * MESSAGES, handled.get());
      Map<Object, Long> once =
          bodies.stream()
              .flatMap(b -> IntStream.range(0, 3).mapToObj(k -> KINDS.get(k) + b))
              .collect(Collectors.toMap(b -> b, b -> 1L));
      assertEquals(once, commands.times());
    }
  }

  private static final List<String> KINDS = List.of("sent ", "published ", "asked ");

  /** Each request is made in the callback of the one before. */
  @Test
  void requestsWithinRepliesGoOnForAsLongAsTheyLike() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      mesh.events(1).<Integer>consumer(Mesh.X, m -> m.reply(m.body() + 1));
      Promise<Integer> end = Promise.promise();
      mesh.onLoop(0, () -> count(mesh, 0, end));
      assertEquals(500, Await.get(end.future()));
    }
  }

  private static void count(Mesh mesh, int from, Promise<Integer> end) {
    mesh.events(0)
        .<Integer>request(Mesh.X, from)
        .onFailure(end::fail)
        .onSuccess(
            reply -> {
              if (reply.body() < 500) {
                count(mesh, reply.body(), end);
              } else {
                end.complete(reply.body());
              }
            });
  }

  /** Two nodes whose consumers send to each other while they handle: nothing is lost or doubled. */
  @Test
  void consumersThatSendBackAndForthLoseNothing() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2, EVENTS, COMMANDS)) {
      AtomicInteger there = new AtomicInteger();
      Queue<Integer> ended = new ConcurrentLinkedQueue<>();
      mesh.events(0)
          .<Integer>consumer(
              EVENTS,
              m -> {
                if (m.body() == 0) {
                  ended.add(m.body());
                } else {
                  mesh.events(0).send(COMMANDS, m.body());
                }
              });
      mesh.events(1)
          .<Integer>consumer(
              COMMANDS,
              m -> {
                there.incrementAndGet();
                mesh.events(1).send(EVENTS, m.body() - 1);
              });
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).send(COMMANDS, 50);
      }
      Await.until("all have ended", () -> ended.size() == MESSAGES);
      assertEquals(50 * MESSAGES, there.get());
    }
  }

  /** When a callback is called, and what makes that happen. */
  enum News {
    UP {
      @Override
      void happens(Mesh mesh, IpcBridge third) throws Exception {
        Await.get(third.start());
      }
    },
    CHANGED {
      @Override
      void happens(Mesh mesh, IpcBridge third) throws Exception {
        Await.get(mesh.bridge(1).export("more"));
        Await.get(mesh.bridge(1).withdraw("more"));
      }
    },
    DOWN {
      @Override
      void happens(Mesh mesh, IpcBridge third) throws Exception {
        Await.get(third.start());
        Await.get(third.close());
      }
    };

    abstract void happens(Mesh mesh, IpcBridge third) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void aPeerHandlerThatThrowsCostsNoMessageAndNoPeer(News news) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received there = mesh.consume(1);
      AtomicInteger thrown = new AtomicInteger();
      mesh.bridge(0)
          .peerHandler(
              peer -> {
                thrown.incrementAndGet();
                throw new IllegalStateException("as asked");
              });
      IpcBridge third =
          mesh.bus().bridge(mesh.add(1).vertx(2), mesh.bus().options("third").addImport(Mesh.X));
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).send(Mesh.X, "before " + i);
      }
      news.happens(mesh, third);
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).send(Mesh.X, "after " + i);
      }
      assertEquals(Map.of(Outcomes.OK, MESSAGES), mesh.requests(0, MESSAGES).counts());
      Await.until("it has thrown", () -> thrown.get() > 0);
      mesh.flush(0);
      assertEquals(3 * MESSAGES, there.count());
      assertEquals(0, mesh.bridge(0).stats().lostPeers());
      assertEquals(0, mesh.bridge(1).stats().lostPeers());
      assertTrue(Await.get(mesh.bridge(0).peers()).stream().anyMatch(p -> p.node().equals("n1")));
      if (news == News.UP) {
        // The consumer receives messages, too.
        Await.until("known", () -> Await.exports(third).size() == 2);
        mesh.events(2).send(Mesh.X, "from the third");
        mesh.flush(2);
        assertEquals(3 * MESSAGES + 1, there.count());
      }
    }
  }

  /** Each throws for one body, wherever user code is called for a message. */
  enum Thrower {
    CONSUMER,
    DECODE,
    ENCODE,
    TRANSFORM
  }

  private static final class Fragile implements MessageCodec<Buffer, Buffer> {
    private final Thrower where;

    Fragile(Thrower where) {
      this.where = where;
    }

    private Buffer check(Buffer body, Thrower here) {
      if (where == here && body.toString().equals("throw")) {
        throw new IllegalStateException("as asked");
      }
      return body;
    }

    @Override
    public void encodeToWire(Buffer wire, Buffer body) {
      wire.appendInt(body.length()).appendBuffer(check(body, Thrower.ENCODE));
    }

    @Override
    public Buffer decodeFromWire(int at, Buffer wire) {
      return check(wire.getBuffer(at + 4, at + 4 + wire.getInt(at)), Thrower.DECODE);
    }

    @Override
    public Buffer transform(Buffer body) {
      return check(body, Thrower.TRANSFORM).copy();
    }

    @Override
    public String name() {
      return "fragile";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void userCodeThatThrowsForAMessageCostsThatMessageOnly(Thrower thrower) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      for (int node = 0; node < 2; node++) {
        mesh.events(node).registerCodec(new Fragile(thrower));
      }
      Queue<String> got = new ConcurrentLinkedQueue<>();
      mesh.events(1)
          .<Buffer>consumer(
              Mesh.X,
              m -> {
                got.add(m.body().toString());
                if (thrower == Thrower.CONSUMER && m.body().toString().equals("throw")) {
                  throw new IllegalStateException("as asked");
                }
                if (m.replyAddress() != null) {
                  m.reply(m.body(), new DeliveryOptions().setCodecName("fragile"));
                }
              });
      DeliveryOptions options = new DeliveryOptions().setCodecName("fragile").setSendTimeout(5_000);
      for (String body : List.of("throw", "a", "throw", "b")) {
        sendEveryWay(mesh, Buffer.buffer(body), options);
      }
      List<Future<Message<Object>>> asked = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        asked.add(mesh.events(0).request(Mesh.X, Buffer.buffer("r"), options));
      }
      assertEquals(Map.of(Outcomes.OK, MESSAGES), Outcomes.of(asked).counts());
      Map<String, Long> times =
          got.stream().collect(Collectors.groupingBy(b -> b, Collectors.counting()));
      assertEquals(4, times.get("a"));
      assertEquals(4, times.get("b"));
      assertEquals(0, mesh.bridge(0).stats().lostPeers());
      assertEquals(0, mesh.bridge(1).stats().lostPeers());
    }
  }

  /** Sends in every way; what Vert.x throws at the caller does not matter here. */
  private static void sendEveryWay(Mesh mesh, Buffer body, DeliveryOptions options)
      throws Exception {
    List<Runnable> ways =
        List.of(
            () -> mesh.events(0).send(Mesh.X, body, options),
            () -> mesh.events(0).publish(Mesh.X, body, options));
    for (Runnable way : ways) {
      attempt(way);
      Await.get(mesh.onLoop(0, () -> attempt(way)));
    }
  }

  private static void attempt(Runnable way) {
    try {
      way.run();
    } catch (IllegalStateException e) {
      assertEquals("as asked", e.getMessage());
    }
  }
}
