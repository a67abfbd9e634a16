package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;

/** When a store takes a message, and when it refuses it. */
@OnOneJdk
class StoreLimitsTest extends StoreFixture {
  @ParameterizedTest
  @ValueSource(strings = {"none", "interval", "message"})
  void aWriteIsDoneWhenItIsAsSafeAsAskedFor(String fsync) throws Exception {
    BusOptions options = bus.options("writer").addImport("t.*");
    options.getMapped().setFsync(fsync).setFsyncMillis(5);
    IpcBridge bridge = bus.bridge(vertx, options);
    Await.get(bridge.start());
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    IpcProducer producer = bridge.sender("t.record");
    Future<Void> last = null;
    for (int i = 0; i < 500; i++) {
      last = producer.write(i);
    }
    // Four times what the file holds: room is used again only when the disk knows that it is free.
    for (int i = 0; i < 100; i++) {
      last = producer.write(Buffer.buffer(new byte[40_000]));
    }
    Await.get(last);
    Await.until("all", () -> node.count("t.record") == 600);
  }

  @Test
  void aFullStoreAndALongMessageAreRefused() throws Exception {
    prepareReaders(2);
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    Buffer tooLong = Buffer.buffer(new byte[600_000]);
    ReplyException e = (ReplyException) Await.failure(bridge.sender("t.record").write(tooLong));
    assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
    assertTrue(
        e.getMessage().contains("(half of mapped.fileBytes, or maxMessageBytes, of its node)"),
        e.getMessage());
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    IpcProducer producer = bridge.sender("t.record");
    Buffer body = Buffer.buffer(new byte[50_000]);
    int stored = 0;
    ReplyException full = null;
    while (full == null) {
      try {
        Await.get(producer.write(body));
        stored++;
      } catch (ReplyException failed) {
        full = failed.failureCode() == IpcBridge.QUEUE_FULL ? failed : null;
        if (full == null && failed.failureCode() > 0) {
          throw failed;
        }
      }
    }
    assertEquals("The store of node 'reader', which is down, is full", full.getMessage());
    assertTrue(producer.writeQueueFull());
    assertTrue(stored >= 14 && stored <= 20, "a MiB: " + stored);
    NodeProcess again = reader();
    int expected = stored;
    Await.until("all", () -> again.count("t.record") == expected);
  }

  @Test
  void whatItsReaderWouldNotTakeIsRefusedAndWhatIsStoredIsDelivered() throws Exception {
    Buffer body = Buffer.buffer(new byte[200_000]);
    prepareReaders(1);
    NodeProcess next =
        bus.process(bus.options("reader").addExport("t.record").setMaxMessageBytes(100_000));
    NodeProcess node = reader();
    IpcBridge bridge = writer();
    Await.get(bridge.awaitExport("t.record"));
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Await.get(bridge.sender("t.record").write(body));
    // From now on the node accepts shorter messages only.
    next.consume("t.record", "number");
    next.call("start");
    Await.until("what was stored", () -> next.count("t.record") == 1);
    Await.get(bridge.awaitExport("t.record"));
    next.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    refuses(bridge, body);
    // A writer that has never met the node knows this limit, too.
    Await.get(bridge.close());
    IpcBridge stranger =
        bus.bridge(vertx, bus.options("stranger").setTransport("shm").addImport("t.*"));
    Await.get(stranger.start());
    refuses(stranger, body);
  }

  private static void refuses(IpcBridge bridge, Buffer body) throws Exception {
    ReplyException e = (ReplyException) Await.failure(bridge.sender("t.record").write(body));
    assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
    assertTrue(e.getMessage().contains("at most 100000 "), e.getMessage());
  }

  @Test
  void aNameIsNeeded() {
    BusOptions options = bus.options(null);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> bus.bridge(vertx, options));
    assertTrue(e.getMessage().contains("/bus/node: missing, transport mapped needs it"));
  }
}
