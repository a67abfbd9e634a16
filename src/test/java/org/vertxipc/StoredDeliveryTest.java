package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.TestBus;

/**
 * Tests what a node does with messages that were stored for it: they are done when a consumer had
 * them.
 */
class StoredDeliveryTest {
  private final TestBus bus = new TestBus("mapped");
  private Vertx there;
  private IpcBridge reader;
  private IpcBridge writer;

  @BeforeEach
  void open() throws Exception {
    there = bus.vertx(true);
    // It also imports what it exports: what is for its consumers goes to them all the same.
    reader = bus.bridge(there, bus.options("reader").addExport("t.x").addImport("t.x"));
    writer = bus.bridge(bus.vertx(true), bus.options("writer"));
    Await.get(reader.start());
    Await.get(writer.start());
    Await.get(writer.awaitExport("t.x"));
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
  }

  private void write(int count) throws Exception {
    List<Future<Void>> written = new ArrayList<>();
    IpcProducer sender = writer.sender("t.x");
    for (int i = 0; i < count; i++) {
      written.add(sender.write(i));
    }
    Await.get(Future.all(written));
  }

  private static List<Object> bodies(Iterable<Message<Object>> messages) {
    List<Object> bodies = new ArrayList<>();
    messages.forEach(m -> bodies.add(m.body()));
    return bodies;
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void whatAConsumerThatGoesHasNotSeenGoesToTheNextMarked() throws Exception {
    MessageConsumer<Object> first = there.eventBus().consumer("t.x", m -> {});
    first.pause();
    write(5);
    Await.until("handed over", () -> reader.stats().received() == 5);
    Await.get(reader.exports());
    Await.get(first.unregister());
    ConcurrentLinkedQueue<Message<Object>> seen = new ConcurrentLinkedQueue<>();
    there.eventBus().consumer("t.x", seen::add);
    Await.until("all", () -> seen.size() == 5);
    assertEquals(upTo(5), bodies(seen));
    seen.forEach(m -> assertEquals("true", m.headers().get("ipc-redelivered")));
    // What arrives from now on counts as new again.
    write(1);
    Await.until("one more", () -> seen.size() == 6);
    assertEquals(List.of(0), bodies(seen).subList(5, 6));
  }

  @Test
  void whatAConsumerHasNoRoomForComesWhenItGoesOn() throws Exception {
    ConcurrentLinkedQueue<Message<Object>> seen = new ConcurrentLinkedQueue<>();
    MessageConsumer<Object> consumer = there.eventBus().consumer("t.x", seen::add);
    consumer.pause();
    write(3_000);
    Await.until("read", () -> reader.stats().received() == 3_000);
    consumer.resume();
    Await.until("all", () -> seen.size() == 3_000);
    assertEquals(upTo(3_000), bodies(seen));
  }

  /** Checks, by closing, that no event loop was blocked. */
  @Test
  void manyThatWaitDoNotHoldTheLoopWhenAConsumerComes() throws Exception {
    write(8_000);
    ConcurrentLinkedQueue<Message<Object>> seen = new ConcurrentLinkedQueue<>();
    there.eventBus().consumer("t.x", seen::add);
    Await.until("all", () -> seen.size() == 8_000);
    assertEquals(upTo(8_000), bodies(seen));
  }

  @Test
  void whatIsForAConsumerHereGoesToNoOtherNode() throws Exception {
    Vertx elsewhere = bus.vertx(true);
    IpcBridge other =
        bus.bridge(elsewhere, bus.options("other").setTransport("shm").addExport("t.x"));
    ConcurrentLinkedQueue<Message<Object>> here = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Message<Object>> abroad = new ConcurrentLinkedQueue<>();
    elsewhere.eventBus().consumer("t.x", abroad::add);
    Await.get(other.start());
    Await.until("meets", () -> Await.exports(reader).contains("t.x"));
    Await.until("both", () -> Await.exports(writer).equals(List.of("t.x", "t.x")));
    there.eventBus().consumer("t.x", here::add);
    IpcProducer publisher = writer.publisher("t.x");
    for (int i = 0; i < 60; i++) {
      Await.get(publisher.write(i));
    }
    Await.until("here", () -> here.size() == 60);
    Await.until("there", () -> abroad.size() == 60);
    assertEquals(upTo(60), bodies(here));
    assertEquals(upTo(60), bodies(abroad));
  }
}
