package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;

/** Tests messages that are too long, or too many, and what is logged about them. */
class BridgeLimitsTest extends InMemory {
  @Test
  void aMessageThatItsReceiverDoesNotTakeIsRefusedHere() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", X, X, new MemoryBridges.Settings(1_000, 1 << 20, Map.of()));
    bridges.start();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    String large = "-".repeat(2_000);
    bus(0).send("x", large);
    ReplyException failure = failure(bus(0).request("x", large, PATIENT));
    assertEquals(Failures.TOO_LARGE, failure.failureCode());
    assertTrue(failure.getMessage().contains("maxMessageBytes of node '1'"), failure::getMessage);
    bridges.settle();
    assertEquals(2, losses(0, Loss.TOO_LARGE));
    assertAnsweredBy(1, request(0, 1));
  }

  @Test
  void aReplyThatItsReceiverDoesNotTakeFailsTheRequest() throws Exception {
    bridges.add(0, "one", X, X, new MemoryBridges.Settings(1_000, 1 << 20, Map.of()));
    bridges.add(1, "one", X, X);
    bridges.start();
    bridges.<String>consumer(1, "x", m -> m.reply("-".repeat(2_000)));
    bridges.awaitAvailable(0, "x", "1");
    ReplyException failure = failure(bus(0).request("x", "small", PATIENT));
    assertEquals(Failures.TOO_LARGE, failure.failureCode());
    bridges.settle();
    assertEquals(1, losses(1, Loss.TOO_LARGE));
    bridges.checkNothingWaits();
  }

  @Test
  void whatAFullQueueRefusesIsSaidAndTheRestArrives() throws Exception {
    littleRoom();
    List<Future<Message<String>>> requests = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      requests.add(bus(0).request("x", n + "-".repeat(900), PATIENT));
    }
    bridges.settle();
    int refused = 0;
    for (Future<Message<String>> request : requests) {
      if (request.failed()) {
        assertEquals(Failures.QUEUE_FULL, failure(request).failureCode());
        refused++;
      }
    }
    assertTrue(refused > 0 && refused < 20, refused + " refused");
    bridges.bus("one").release("0", "1");
    int answered = 0;
    for (Future<Message<String>> request : requests) {
      Await.settled(request);
      answered += request.succeeded() ? 1 : 0;
    }
    assertEquals(20, answered + refused);
    assertEquals(answered, handledBy(1));
    assertEquals(refused, losses(0, Loss.QUEUE_FULL));
    assertAnsweredBy(1, request(0, 1));
  }

  /** Nothing is lost when the way back has no room, as long as some node has a consumer. */
  @Test
  void whatComesBackGoesThoughTheQueueIsFull() throws Exception {
    bridges.with(new MemoryBus.Terms(1_024, 2_048, 0, false), 1);
    MemoryBridges.Settings small = new MemoryBridges.Settings(1 << 20, 8_192, Map.of());
    for (int i = 0; i < 3; i++) {
      bridges.add(i, "one", List.of("x", "y"), List.of("x", "y"), small);
    }
    bridges.start();
    MessageConsumer<String> there = consumer(1);
    bridges.consumer(0, "y", m -> {});
    bridges.awaitAvailable(0, "x", "1");
    bridges.awaitAvailable(1, "y", "0");
    bridges.bus("one").hold("0", "1");
    bridges.bus("one").hold("1", "0");
    List<Future<Message<String>>> requests = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      requests.add(bus(0).request("x", n + "-".repeat(900), PATIENT));
    }
    bridges.settle();
    Await.get(there.unregister());
    consumer(2);
    for (int n = 0; n < 20; n++) {
      bus(1).send("y", "-".repeat(900));
    }
    bridges.settle();
    assertTrue(losses(1, Loss.QUEUE_FULL) > 0, "the way back is full");
    bridges.bus("one").release("0", "1");
    bridges.settle();
    bridges.bus("one").release("1", "0");
    assertAnsweredBy(2, requests);
    bridges.settle();
    assertEquals(5, handledBy(2));
    assertEquals(0, losses(1, Loss.NOBODY));
  }
}
