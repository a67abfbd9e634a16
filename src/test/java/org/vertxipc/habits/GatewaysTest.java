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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.PointCodec;

/** Tests Vert.x instances on several buses: messages pass through them, and never in a circle. */
class GatewaysTest {
  private static final int[][] CHAIN = {{0, 1}, {1, 2}, {2, 3}};

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
        assertTrue(message.contains("already on the bus '" + again.getName() + "'"), message);
        assertTrue(message.contains("node 'n1'"), message);
      }
      Await.get(more.get(0).close());
      ShapesTest.publishEachOnce(mesh, here, 0);
      ShapesTest.publishEachOnce(mesh, here, 1);

      Await.get(mesh.bridge(1).close());
      IpcBridge next = mesh.bus().bridge(mesh.vertx(1), again.setNode("next"));
      Await.get(next.start());
      Await.get(mesh.bridge(0).awaitExport(Mesh.X));
      ShapesTest.publishEachOnce(mesh, here, 0);
    }
  }

  @EachTransport
  void eachConsumerGetsAPublishOnceOverEachTransport(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, Shape.DIAMOND.buses)) {
      ShapesTest.publishEachOnce(mesh, mesh.consumeEverywhere(), 0);
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

  /** Tests that the requester is told when a gateway or the consumer's node leaves. */
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
