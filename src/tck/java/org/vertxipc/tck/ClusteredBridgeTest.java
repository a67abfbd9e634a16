package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.test.fakecluster.FakeClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.BlockedLoops;
import org.vertxipc.testing.TestBus;

/**
 * Tests a cluster between two buses, each of which one of its nodes has joined: {@code one} and
 * {@code two} are on a bus with {@code left}, and {@code three} is on another with {@code right};
 * {@code left}, {@code mid} (which is on no bus) and {@code right} are the cluster.
 */
public class ClusteredBridgeTest {
  private static final String X = "x";
  private static final int MESSAGES = 20;
  private static final int ONE = 0;
  private static final int TWO = 1;
  private static final int LEFT = 2;
  private static final int MID = 3;
  private static final int RIGHT = 4;
  private static final int THREE = 5;
  private static final int ALL = 6;

  private final List<Vertx> all = new ArrayList<>();
  private final List<IpcBridge> bridges = new ArrayList<>();
  private final List<Consumer> consumers = new ArrayList<>();
  private TestBus near;
  private TestBus far;
  private int markers;

  /** Keeps what it gets, and replies with its place. */
  private static final class Consumer {
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<Message<?>> messages = new ConcurrentLinkedQueue<>();

    private Consumer(Vertx vertx, int where) throws Exception {
      var consumer = vertx.eventBus().<String>consumer(X);
      consumer.handler(
          message -> {
            bodies.add(message.body());
            messages.add(message);
            message.reply(where);
          });
      Await.get(consumer.completion());
    }

    private long count() {
      return bodies.stream().filter(b -> !b.startsWith("marker")).count();
    }
  }

  @Before
  public void start() throws Exception {
    near = new TestBus("shm");
    far = new TestBus("shm");
    for (int i = 0; i < ALL; i++) {
      all.add(i == LEFT || i == MID || i == RIGHT ? clustered() : Vertx.vertx(options()));
    }
    for (int i : new int[] {ONE, TWO, LEFT}) {
      bridges.add(bridge(near, i));
    }
    for (int i : new int[] {RIGHT, THREE}) {
      bridges.add(bridge(far, i));
    }
    Await.get(Future.all(bridges.stream().map(IpcBridge::start).toList()));
    for (IpcBridge bridge : bridges) {
      int others = bridges.indexOf(bridge) < 3 ? 2 : 1;
      Await.until("they have met", () -> Await.exports(bridge).size() == others);
    }
  }

  private static VertxOptions options() {
    return BlockedLoops.watch(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")));
  }

  private static Vertx clustered() throws Exception {
    return Await.get(
        Vertx.builder()
            .with(options())
            .withClusterManager(new FakeClusterManager())
            .buildClustered());
  }

  private IpcBridge bridge(TestBus bus, int i) {
    return bus.bridge(
        all.get(i), bus.options("n" + i).setExports(List.of(X)).setImports(List.of(X)));
  }

  @After
  public void stop() throws Exception {
    try {
      near.close();
    } finally {
      far.close();
    }
    for (Vertx vertx : all) {
      Await.get(vertx.close());
    }
    FakeClusterManager.reset();
  }

  private Consumer consume(int where) throws Exception {
    Consumer consumer = new Consumer(all.get(where), where);
    consumers.add(consumer);
    return consumer;
  }

  /** Asks until the consumer is known, because a cluster announces it at no fixed time. */
  private void awaitReplier(int from, int where) throws InterruptedException {
    Await.until(
        "node " + where + " replies to node " + from,
        () -> {
          Future<Message<Integer>> reply = all.get(from).eventBus().request(X, "marker");
          try {
            return Await.get(reply).body() == where;
          } catch (ReplyException e) {
            return false;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  /**
   * Waits until everything published from a node before this has arrived; the order of publishes is
   * kept.
   */
  private void flush(int from) throws Exception {
    // One marker is not enough, because a copy that goes a longer way arrives after it.
    for (int i = 0; i < 3; i++) {
      String marker = "marker" + markers++;
      all.get(from).eventBus().publish(X, marker);
      for (Consumer consumer : consumers) {
        Await.until(marker + " from " + from, () -> consumer.bodies.contains(marker));
      }
    }
  }

  private void awaitPublishesReach(int from) throws InterruptedException {
    Await.until(
        "publishes of node " + from + " come to all",
        () -> {
          String marker = "marker" + markers++;
          all.get(from).eventBus().publish(X, marker);
          try {
            Thread.sleep(20);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return consumers.stream().allMatch(c -> c.bodies.contains(marker));
        });
  }

  @Test
  public void aPublishReachesEveryConsumerOnce() throws Exception {
    for (int i = 0; i < ALL; i++) {
      consume(i);
    }
    for (int from = 0; from < ALL; from++) {
      awaitPublishesReach(from);
    }
    for (int from = 0; from < ALL; from++) {
      for (int i = 0; i < MESSAGES; i++) {
        all.get(from).eventBus().publish(X, "from " + from + ": " + i);
      }
      flush(from);
    }
    for (Consumer consumer : consumers) {
      assertEquals(ALL * MESSAGES, consumer.count());
      assertEquals(
          ALL * MESSAGES,
          consumer.bodies.stream().filter(b -> b.startsWith("from")).distinct().count());
    }
  }

  @Test
  public void aSendAndARequestReachTheOnlyConsumerWhereverItIs() throws Exception {
    for (int where = 0; where < ALL; where++) {
      var registration = all.get(where).eventBus().<String>consumer(X);
      Queue<String> got = new ConcurrentLinkedQueue<>();
      int here = where;
      registration.handler(
          message -> {
            got.add(message.body());
            message.reply(here);
          });
      Await.get(registration.completion());
      for (int from = 0; from < ALL; from++) {
        awaitReplier(from, where);
        got.clear();
        for (int i = 0; i < MESSAGES; i++) {
          all.get(from).eventBus().send(X, "s" + i);
          Message<Integer> reply = Await.get(all.get(from).eventBus().request(X, "r" + i));
          assertEquals("from " + from, where, (int) reply.body());
        }
        int sender = from;
        Await.until("all of node " + sender + " at node " + here, () -> got.size() >= 2 * MESSAGES);
        assertEquals(2 * MESSAGES, got.size());
      }
      Await.get(registration.unregister());
    }
  }

  @Test
  public void aRequestForNobodyFailsInItsTime() throws Exception {
    for (int from = 0; from < ALL; from++) {
      Future<Message<Object>> reply =
          all.get(from).eventBus().request(X, "r", new DeliveryOptions().setSendTimeout(5_000));
      ReplyException failure = (ReplyException) Await.failure(reply);
      assertEquals("from " + from, ReplyFailure.NO_HANDLERS, failure.failureType());
    }
  }

  /** Tests that failures, and replies to replies, cross the cluster, too. */
  @Test
  public void aConversationCrossesTheCluster() throws Exception {
    var registration = all.get(THREE).eventBus().<String>consumer(X);
    registration.handler(
        message -> {
          if (message.body().equals("fail")) {
            message.fail(42, "no");
          } else {
            message
                .<String>replyAndRequest("you said " + message.body())
                .onSuccess(next -> next.reply("and then " + next.body()));
          }
        });
    Await.get(registration.completion());
    Await.until(
        "it is known",
        () -> {
          try {
            Await.get(all.get(ONE).eventBus().request(X, "hello"));
            return true;
          } catch (Exception e) {
            return false;
          }
        });
    Message<String> said = Await.get(all.get(ONE).eventBus().request(X, "a"));
    assertEquals("you said a", said.body());
    Message<String> then = Await.get(said.replyAndRequest("b"));
    assertEquals("and then b", then.body());
    ReplyException failure =
        (ReplyException) Await.failure(all.get(ONE).eventBus().request(X, "fail"));
    assertEquals(42, failure.failureCode());
    assertEquals("no", failure.getMessage());
  }

  /** Tests that the headers arrive unchanged; the trail is seen within the cluster only. */
  @Test
  public void headersCrossTheClusterAsTheyWere() throws Exception {
    Consumer near = consume(TWO);
    Consumer between = consume(MID);
    Consumer across = consume(THREE);
    awaitPublishesReach(ONE);
    DeliveryOptions options = new DeliveryOptions().addHeader("a", "1").addHeader("a", "2");
    all.get(ONE).eventBus().publish(X, "with headers", options);
    flush(ONE);
    for (Consumer consumer : List.of(near, between, across)) {
      Message<?> message =
          consumer.messages.stream()
              .filter(m -> m.body().equals("with headers"))
              .findFirst()
              .orElseThrow();
      assertEquals(List.of("1", "2"), message.headers().getAll("a"));
      assertEquals(consumer == between, message.headers().contains("ipc-trail"));
    }
    assertEquals(1, options.getHeaders().names().size());
  }

  /**
   * Tests that messages from a bridge go through the event bus of the cluster like all others, so
   * that other hosts get them.
   */
  @Test
  public void interceptorsOfAClusteredVertxSeeItComeAndGo() throws Exception {
    Consumer between = consume(LEFT);
    awaitPublishesReach(ONE);
    Queue<String> out = new ConcurrentLinkedQueue<>();
    Queue<String> in = new ConcurrentLinkedQueue<>();
    all.get(LEFT)
        .eventBus()
        .addOutboundInterceptor(
            leaving -> {
              out.add(String.valueOf(leaving.body()));
              leaving.next();
            })
        .addInboundInterceptor(
            coming -> {
              in.add(String.valueOf(coming.body()));
              coming.next();
            });
    all.get(ONE).eventBus().publish(X, "seen");
    flush(ONE);
    assertEquals(1, between.bodies.stream().filter("seen"::equals).count());
    assertEquals(1, out.stream().filter("seen"::equals).count());
    assertEquals(1, in.stream().filter("seen"::equals).count());
  }

  /** Tests that a trail that a user made up causes no failure, and no circle. */
  @Test
  public void aTrailThatAUserMadeIsCounted() throws Exception {
    consume(ONE);
    awaitReplier(LEFT, ONE);
    DeliveryOptions options = new DeliveryOptions().addHeader("ipc-trail", "p:zz:zz");
    all.get(LEFT).eventBus().publish(X, "odd", options);
    Await.until("it is counted", () -> bridges.get(2).stats().codecFailed() > 0);
    flush(LEFT);
    assertEquals(0, consumers.get(0).count());
    assertTrue(all.get(LEFT).isClustered());
  }
}
