package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/** Whoever looks at a body that only other processes get sees what it always saw. */
class LendingTest {
  @Test
  void anInterceptorSeesTheBody() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      EventBus events = mesh.events(0);
      Queue<Object> seen = new ConcurrentLinkedQueue<>();
      Handler<DeliveryContext<Object>> look =
          c -> {
            if (c.message().replyAddress() != null) {
              seen.add(List.of(c.body(), c.message().body()));
            }
            c.next();
          };
      mesh.consume(1);

      events.addOutboundInterceptor(look);
      for (Object body :
          List.of(new JsonObject().put("a", 1), new JsonArray().add(2), Buffer.buffer("b"))) {
        Await.get(events.request(Mesh.X, body));
        assertEquals(List.of(body, body), seen.poll());
      }
    }
  }
}
