package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.BusOptions;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.PointCodec;

/** Vert.x that are on several buses: what passes through them goes on, and never round. */
class GatewaysTest {
  private static final int[][] CHAIN = {{0, 1}, {1, 2}, {2, 3}};
  private static final int PUBLISHES = 20;
  private static final int SENDS = 40;

  /** Buses, each by the numbers of its Vert.x. */
  enum Shape {
    ONE_BUS(new int[][] {{0, 1, 2}}),
    TWO_BUSES_OF_THE_SAME_TWO(new int[][] {{0, 1}, {0, 1}}),
    THREE_BUSES_OF_THE_SAME_THREE(new int[][] {{0, 1, 2}, {0, 1, 2}, {0, 1, 2}}),
    RING_OF_THREE(new int[][] {{0, 1}, {1, 2}, {2, 0}}),
    RING_OF_FOUR(new int[][] {{0, 1}, {1, 2}, {2, 3}, {3, 0}}),
    TWO_GATEWAYS_SIDE_BY_SIDE(new int[][] {{0, 1, 2}, {1, 2, 3}}),
    DIAMOND(new int[][] {{0, 1, 2}, {1, 3}, {2, 3}}),
    RING_WITH_A_TAIL(new int[][] {{0, 1}, {1, 2}, {2, 0}, {2, 3}}),
    CHAIN_OF_THREE(CHAIN);

    final int[][] buses;

    Shape(int[][] buses) {
      this.buses = buses;
    }
  }

  @Test
  void aSecondBridgeOfABusIsRefusedAndTheFirstGoesOn() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      List<Received> here = mesh.consumeEverywhere();
      BusOptions again = mesh.bus().options("other").addExport(Mesh.X).addImport(Mesh.X);
      List<IpcBridge> more = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        more.add(mesh.bus().bridge(mesh.vertx(1), again.setNode("other" + i)));
      }
      List<Future<Void>> starting = more.stream().map(IpcBridge::start).toList();
      for (Future<Void> start : starting) {
        String message = Await.failure(start).getMessage();
        assertTrue(message.contains("on the bus '" + again.getName() + "' already"), message);
        assertTrue(message.contains("node 'n1'"), message);
      }
      Await.get(more.get(0).close());
      publishEachOnce(mesh, here, 0);
      publishEachOnce(mesh, here, 1);

      Await.get(mesh.bridge(1).close());
      IpcBridge next = mesh.bus().bridge(mesh.vertx(1), again.setNode("next"));
      Await.get(next.start());
      Await.get(mesh.bridge(0).awaitExport(Mesh.X));
      publishEachOnce(mesh, here, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachConsumerGetsAPublishOnceWhoeverMakesIt(Shape shape) throws Exception {
    try (Mesh mesh = Mesh.started("shm", shape.buses)) {
      List<Received> all = mesh.consumeEverywhere();
      for (int from = 0; from < mesh.size(); from++) {
        publishEachOnce(mesh, all, from);
      }
    }
  }

  @EachTransport
  void eachConsumerGetsAPublishOnceOverEachTransport(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, Shape.DIAMOND.buses)) {
      publishEachOnce(mesh, mesh.consumeEverywhere(), 0);
    }
  }

  /** From a thread of the test, and from a loop. */
  private static void publishEachOnce(Mesh mesh, List<Received> all, int from) throws Exception {
    all.forEach(Received::clear);
    for (int i = 0; i < PUBLISHES; i += 2) {
      mesh.events(from).publish(Mesh.X, i);
      int odd = i + 1;
      Await.get(mesh.onLoop(from, () -> mesh.events(from).publish(Mesh.X, odd)));
    }
    mesh.awaitExactly(PUBLISHES * all.size(), all, from);
    Map<Object, Long> once =
        IntStream.range(0, PUBLISHES)
            .boxed()
            .collect(Collectors.toMap(Function.identity(), i -> 1L));
    for (Received one : all) {
      assertEquals(once, one.times(), "at " + one + ", published by n" + from);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachSendGoesToOneConsumerWhoeverMakesIt(Shape shape) throws Exception {
    try (Mesh mesh = Mesh.started("shm", shape.buses)) {
      List<Received> all = mesh.consumeEverywhere();
      for (int from = 0; from < mesh.size(); from++) {
        all.forEach(Received::clear);
        for (int i = 0; i < SENDS; i++) {
          mesh.events(from).send(Mesh.X, i);
        }
        Outcomes outcomes = mesh.requests(from, SENDS);
        assertEquals(Map.of(Outcomes.OK, SENDS), outcomes.counts(), "of n" + from);
        mesh.awaitExactly(2 * SENDS, all, from);
        Map<Object, Long> seen =
            all.stream()
                .flatMap(r -> r.bodies().stream())
                .collect(Collectors.groupingBy(b -> b, Collectors.counting()));
        assertEquals(2 * SENDS, seen.size(), "different messages");
        assertEquals(2 * SENDS, Mesh.total(all), "messages");
      }
    }
  }

  /** For each pair of nodes in turn, so that all others have to find out where the consumer is. */
  @ParameterizedTest
  @EnumSource
  void theOnlyConsumerIsFoundBehindAnyNumberOfGateways(Shape shape) throws Exception {
    try (Mesh mesh = Mesh.started("shm", shape.buses)) {
      for (int at = 0; at < mesh.size(); at++) {
        Received only = mesh.consume(at);
        for (int from = 0; from < mesh.size(); from++) {
          only.clear();
          for (int i = 0; i < SENDS; i++) {
            mesh.events(from).send(Mesh.X, i);
          }
          Outcomes outcomes = mesh.requests(from, SENDS);
          String pair = "of n" + from + " to n" + at;
          assertEquals(Map.of(Outcomes.OK, SENDS), outcomes.counts(), pair);
          mesh.awaitExactly(2 * SENDS, List.of(only), from);
          assertEquals(2 * SENDS, only.times().size(), pair);
          assertEquals(2 * SENDS, only.count(), pair);
        }
        Await.get(only.unregister());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatNobodyTakesAnywhereFailsAtOnce(Shape shape) throws Exception {
    try (Mesh mesh = Mesh.started("shm", shape.buses)) {
      for (int from = 0; from < mesh.size(); from++) {
        Outcomes outcomes = mesh.requests(from, SENDS);
        assertEquals(Map.of("NO_HANDLERS", SENDS), outcomes.counts(), "of n" + from);
      }
    }
  }

  @Test
  void repliesToRepliesGoThroughTwoGatewaysAndBack() throws Exception {
    try (Mesh mesh = Mesh.started("shm", CHAIN)) {
      Promise<String> end = Promise.promise();
      mesh.events(3)
          .<String>consumer(
              Mesh.X,
              m ->
                  m.<String>replyAndRequest(m.body() + "1")
                      .compose(second -> second.<String>replyAndRequest(second.body() + "3"))
                      .map(Message::body)
                      .onComplete(end));
      Message<String> first = Await.get(mesh.events(0).<String>request(Mesh.X, "0"));
      Message<String> third = Await.get(first.<String>replyAndRequest(first.body() + "2"));
      third.reply(third.body() + "4");
      assertEquals("01234", Await.get(end.future()));
    }
  }

  @Test
  void failuresOfAFarConsumerComeAsItToldThem() throws Exception {
    try (Mesh mesh = Mesh.started("shm", CHAIN)) {
      mesh.events(3).consumer(Mesh.X, m -> m.fail(42, "as told"));
      ReplyException e = (ReplyException) Await.failure(mesh.events(0).request(Mesh.X, "?"));
      assertEquals(ReplyFailure.RECIPIENT_FAILURE, e.failureType());
      assertEquals(42, e.failureCode());
      assertEquals("as told", e.getMessage());
    }
  }

  /** The chain between them, or the consumer's node: whoever waits hears of it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whoeverWaitsIsToldWhenANodeOnTheWayLeaves(int leaver) throws Exception {
    try (Mesh mesh = Mesh.started("shm", CHAIN)) {
      Promise<Message<Object>> arrived = Promise.promise();
      mesh.events(3).consumer(Mesh.X, arrived::tryComplete);
      Future<Message<Object>> waiting = mesh.events(0).request(Mesh.X, "?");
      Await.get(arrived.future());
      Await.get(mesh.vertx(leaver).close());
      assertEquals(Map.of(Outcomes.NODE_GONE, 1), Outcomes.of(List.of(waiting)).counts());
    }
  }

  @Test
  void aGatewayPassesOnWhatItHasNoCodecFor() throws Exception {
    try (Mesh mesh = Mesh.started("shm", CHAIN)) {
      mesh.events(0).registerCodec(new PointCodec("far"));
      mesh.events(3).registerCodec(new PointCodec("far"));
      Received far = mesh.consume(3);
      DeliveryOptions named = new DeliveryOptions().setCodecName("far").addHeader("a", "1");
      PointCodec.Point point = new PointCodec.Point(3, 4);
      mesh.events(0).send(Mesh.X, point, named);
      mesh.events(0).publish(Mesh.X, point, named);
      assertEquals(
          Map.of(Outcomes.OK, 1),
          Outcomes.of(List.of(mesh.events(0).request(Mesh.X, point, named))).counts());
      mesh.awaitExactly(3, List.of(far), 0);
      assertEquals(Map.of(new PointCodec.Seen("3,4"), 3L), far.times());
    }
  }

  @Test
  void headersGoOnAsTheyCame() throws Exception {
    try (Mesh mesh = Mesh.started("shm", CHAIN)) {
      mesh.events(3)
          .consumer(
              Mesh.X,
              m ->
                  m.reply(null, new DeliveryOptions().setHeaders(m.headers()).addHeader("b", "2")));
      DeliveryOptions options = new DeliveryOptions().addHeader("a", "1").addHeader("a", "ü");
      MultiMap back = Await.get(mesh.events(0).request(Mesh.X, "?", options)).headers();
      assertEquals(List.of("1", "ü"), back.getAll("a"));
      assertEquals("2", back.get("b"));
    }
  }
}
