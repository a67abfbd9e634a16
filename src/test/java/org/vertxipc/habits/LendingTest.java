package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;

/** Whoever looks at a body that only other processes get sees what it always saw. */
class LendingTest {
  private static final List<Object> BODIES =
      List.of(new JsonObject().put("a", 1), new JsonArray().add(2), Buffer.buffer("b"), "text", 7L);

  /** An interceptor may keep a message, and ask for its body when it has long been delivered. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterceptorSeesTheBodyAtOnceAndLater(boolean beforeOurs) throws Exception {
    Queue<Object> seen = new ConcurrentLinkedQueue<>();
    Queue<Message<?>> kept = new ConcurrentLinkedQueue<>();
    Handler<DeliveryContext<Object>> look =
        c -> {
          if (c.message().replyAddress() != null) {
            kept.add(c.message());
            seen.add(c.body());
          }
          c.next();
        };
    try (Mesh mesh = Mesh.over("shm").add(2)) {
      EventBus events = mesh.vertx(0).eventBus();
      if (beforeOurs) {
        events.addOutboundInterceptor(look);
      }
      mesh.bus(0, 1).start();
      if (!beforeOurs) {
        events.addOutboundInterceptor(look);
      }
      mesh.consume(1);
      for (Object body : BODIES) {
        Await.get(events.request(Mesh.X, body));
        assertEquals(body, seen.poll());
        assertEquals(body, kept.remove().body());
      }
    }
  }

  /** An interceptor that comes in the middle of a stream of messages finds bodies, too. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50})
  void oneThatComesLaterSeesTheBody(int before) throws Exception {
    Queue<Message<?>> kept = new ConcurrentLinkedQueue<>();
    Handler<DeliveryContext<Object>> look =
        c -> {
          kept.add(c.message());
          c.next();
        };
    try (Mesh mesh = Mesh.started("shm", 2)) {
      EventBus events = mesh.vertx(0).eventBus();
      mesh.consume(1);
      for (int i = 0; i < before; i++) {
        Await.get(events.request(Mesh.X, new JsonObject().put("i", i)));
      }
      events.addOutboundInterceptor(look);
      JsonObject body = new JsonObject().put("last", true);
      Await.get(events.request(Mesh.X, body));
      assertEquals(body, kept.remove().body());
    }
  }
}
