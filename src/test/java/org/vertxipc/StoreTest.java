package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;

/** Messages that wait in files for a node that is down. */
class StoreTest extends StoreFixture {
  private void publishAll(int from, int to) {
    numbers(from, to).forEach(i -> vertx.eventBus().publish("t.record", i));
  }

  @Test
  void whatIsSentToANodeThatIsDownArrivesWhenItIsBack() throws Exception {
    prepareReaders(2);
    IpcBridge bridge = writer();
    NodeProcess first = reader();
    Await.get(bridge.awaitExport("t.record"));
    publishAll(0, 10);
    Await.until("live", () -> first.count("t.record") == 10);
    first.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Await.until(
        "requests fail",
        () -> failure(vertx.eventBus().request("t.record", 1)).contains("is down"));
    publishAll(10, 20);
    IpcProducer producer = bridge.sender("t.record");
    for (int i = 20; i < 100; i++) {
      Await.get(producer.write(i));
    }
    NodeProcess second = reader();
    Await.until("all", () -> second.count("t.record") >= 90);
    List<Object> got = second.received("t.record").stream().toList();
    // What the first had got may come again, and before the rest.
    assertEquals(numbers(10, 100), got.subList(got.size() - 90, got.size()));
    // Now the reader is up again.
    Await.get(bridge.awaitExport("t.record"));
    publishAll(100, 110);
    Await.until("live again", () -> all(second).contains(109));
    assertEquals(110 - 10, new HashSet<>(all(second)).size());
  }

  @Test
  void aWriterThatStartsWhileTheReaderIsDownFindsItsStore() throws Exception {
    prepareReaders(2);
    NodeProcess first = reader();
    first.close();
    assertTrue(Files.exists(bus.store().resolve("reader").resolve("exports.json")));
    IpcBridge bridge = writer();
    for (int i = 0; i < 50; i++) {
      Await.get(bridge.sender("t.record").write(i));
    }
    Await.get(bridge.close());
    // Neither node is up now.
    NodeProcess second = reader();
    Await.until("all", () -> second.count("t.record") == 50);
    assertEquals(numbers(0, 50), second.received("t.record").stream().toList());
  }

  @Test
  void whatNobodyTakesYetWaitsAndHoldsUpNothingElse() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess node = bus.process(bus.options("reader").addExport("t.late").addExport("t.echo"));
    node.consume("t.echo", "echo");
    node.call("start");
    Await.get(bridge.awaitExport("t.echo"));
    for (int i = 0; i < 5; i++) {
      vertx.eventBus().send("t.late", i);
    }
    assertEquals("on", Await.get(vertx.eventBus().request("t.echo", "on")).body());
    node.consume("t.late", "record");
    Await.until("taken", () -> node.count("t.late") == 5);
    assertEquals(numbers(0, 5), node.received("t.late").stream().toList());
  }

  @Test
  void oneMessageThatWaitsLetsAnyNumberPass() throws Exception {
    IpcBridge bridge = writer();
    BusOptions options =
        bus.options("reader").addExport("t.late").addExport("t.echo").addExport("t.record");
    NodeProcess node = bus.process(options);
    NodeProcess next = bus.process(options);
    node.consume("t.echo", "echo");
    node.consume("t.record", "number");
    node.call("start");
    Await.get(bridge.awaitExport("t.record"));
    vertx.eventBus().send("t.late", "waits");
    IpcProducer producer = bridge.sender("t.record");
    // Eight times what its file holds.
    int count = 200;
    for (int i = 0; i < count; i++) {
      Await.get(producer.write(Buffer.buffer(new byte[40_000]).setInt(0, i)));
      assertEquals("on", Await.get(vertx.eventBus().request("t.echo", "on")).body());
    }
    Await.until("all", () -> node.count("t.record") == count);
    assertTrue(Files.exists(bus.store().resolve("reader").resolve("writer.parked")));
    node.kill();
    next.consume("t.late", "record");
    next.call("start");
    Await.until("it waited", () -> next.count("t.late") == 1);
    next.close();
    assertFalse(Files.exists(bus.store().resolve("reader").resolve("writer.parked")));
  }

  @Test
  void aReaderStartsWhileOthersWriteToIt() throws Exception {
    List<LogRecord> said = new CopyOnWriteArrayList<>();
    Handler handler = handler(said);
    Logger log = Logger.getLogger("org.vertxipc");
    log.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        Vertx own = bus.vertx(true);
        IpcBridge bridge =
            bus.bridge(own, bus.options("w" + i).setTransport("shm").addImport("t.*"));
        Await.get(bridge.start());
        IpcProducer producer = bridge.publisher("t.record");
        own.setPeriodic(1, id -> producer.write(1));
      }
      for (int i = 0; i < 5; i++) {
        Vertx own = bus.vertx(true);
        AtomicInteger got = new AtomicInteger();
        own.eventBus().consumer("t.record", m -> got.incrementAndGet());
        IpcBridge reader = bus.bridge(own, bus.options("reader").addExport("t.record"));
        Await.get(reader.start());
        assertEquals(3, Await.get(reader.peers()).size());
        Await.until("they come", () -> got.get() > 100);
        Await.get(reader.close());
      }
      assertEquals(
          List.of(),
          said.stream()
              .filter(r -> r.getLevel().intValue() >= Level.WARNING.intValue())
              .map(LogRecord::getMessage)
              // While nobody reads, they have nobody to write to.
              .filter(line -> !line.contains(" did not arrive "))
              .toList());
    } finally {
      log.removeHandler(handler);
    }
  }

  private static Handler handler(List<LogRecord> said) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        said.add(record);
      }

      @Override
      public void flush() {
        // The messages are in the store.
      }

      @Override
      public void close() {
        // The messages stay in the store.
      }
    };
  }

  @Test
  void messagesAreNumberedAndThoseThatMayComeTwiceAreMarked() throws Exception {
    IpcBridge bridge = writer();
    Vertx there = bus.vertx(true);
    BusOptions options = bus.options("reader").addExport("t.record");
    options.getMapped().setIdentified(true);
    IpcBridge reader = bus.bridge(there, options);
    List<MultiMap> seen = new ArrayList<>();
    there.eventBus().consumer("t.record", m -> seen.add(m.headers()));
    Await.get(reader.start());
    Await.get(bridge.awaitExport("t.record"));
    for (int i = 0; i < 3; i++) {
      Await.get(bridge.sender("t.record").write(i));
    }
    Await.until("all", () -> seen.size() == 3);
    long last = -1;
    for (MultiMap headers : seen) {
      assertEquals("writer", headers.get("ipc-source"));
      assertTrue(Long.parseLong(headers.get("ipc-sequence")) > last);
      assertNull(headers.get("ipc-redelivered"));
      last = Long.parseLong(headers.get("ipc-sequence"));
    }
  }
}
