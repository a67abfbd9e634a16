package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/**
 * Tests a consumer that does not read: the sender's memory is bounded, and accepted messages
 * arrive.
 */
@OnOneJdk
class BackPressureTest {
  private static final long QUEUE = 8 << 20;
  private static final int STOPPED_MILLIS = 1_500;

  // The other memory transports have the same rings as shm.
  @ParameterizedTest
  @ValueSource(strings = {"fifo", "shm", "mqueue", "mapped"})
  void aStoppedConsumer(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess consumer = bus.process(bus.options("consumer").addExport("t.n"));
      NodeProcess sender =
          bus.process(bus.options("sender").setSendQueueBytes(QUEUE).addImport("t.*"));
      consumer.consume("t.n", "number");
      consumer.call("start");
      sender.call("start");
      sender.call("await", "t.n");
      long before = ((Number) sender.call("heap")).longValue();

      consumer.signal("STOP");
      JsonObject flood = (JsonObject) sender.call("flood", "t.n", STOPPED_MILLIS);
      long after = ((Number) sender.call("heap")).longValue();
      consumer.signal("CONT");

      assertTrue(flood.getInteger("failed") > 0, "some were refused: " + flood);
      assertTrue(flood.getInteger("full") > 0, "the writer was told: " + flood);
      // What was accepted waits in the channel (about 1 MiB) and in the queue.
      long accepted = flood.getInteger("accepted") * 1024L;
      assertTrue(accepted <= QUEUE + (4 << 20), "accepted " + accepted);
      // The list of accepted numbers and the like are small beside the queue.
      assertTrue(after - before < QUEUE + (16 << 20), "heap grew by " + (after - before));

      Await.until("drained", () -> consumer.count("t.n") >= flood.getInteger("accepted"));
      List<Object> numbers = consumer.received("t.n").stream().toList();
      if (!transport.equals("mapped")) {
        assertEquals(flood.getInteger("accepted"), numbers.size(), "each exactly once");
      } // Else what waited for room then has been accepted since.
      for (int i = 1; i < numbers.size(); i++) {
        assertTrue((Integer) numbers.get(i - 1) < (Integer) numbers.get(i), "in order");
      }
      // The bridge works as before.
      Await.until("it works on", () -> accepts(sender));
    }
  }

  private static boolean accepts(NodeProcess sender) {
    try {
      return ((JsonObject) sender.call("flood", "t.n", 50)).getInteger("accepted") > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullQueueFailsRequestsClearly() throws Exception {
    AtOnce.onEachTransport(BackPressureTest::failsRequestsClearly);
  }

  private static void failsRequestsClearly(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess consumer = bus.process(bus.options("consumer").addExport("t.silent"));
      consumer.consume("t.silent", "silent");
      consumer.call("start");
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge =
          bus.bridge(vertx, bus.options("here").setSendQueueBytes(0).addImport("t.*"));
      Await.get(bridge.start());
      consumer.signal("STOP");
      try {
        ReplyException e = null;
        for (int i = 0; e == null && i < 100; i++) {
          var request = vertx.eventBus().request("t.silent", Buffer.buffer(new byte[1 << 20]));
          // This call runs later on the same context, so the request has been handed over by then.
          Await.get(bridge.exports());
          if (request.failed()) {
            e = (ReplyException) request.cause();
          }
        }
        assertEquals(IpcBridge.QUEUE_FULL, e.failureCode());
        assertTrue(e.getMessage().contains("Too much waits for node 'consumer'"), e.getMessage());
        assertTrue(bridge.stats().overflowed() > 0);
      } finally {
        consumer.signal("CONT");
      }
    }
  }
}
