package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;

/** A test of bridges in this JVM, without files and processes. */
abstract class InMemory {
  static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  static final List<String> X = List.of("x");
  // This is longer than anything takes: a request that times out is a failure.
  static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(25_000);

  final MemoryBridges bridges = new MemoryBridges(POOL);
  final Queue<String> handled = new ConcurrentLinkedQueue<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    bridges.close();
  }

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  /** Nodes on one bus, all of which export and import x. */
  void mesh(int nodes) throws Exception {
    for (int i = 0; i < nodes; i++) {
      bridges.add(i, "one", X, X);
    }
    bridges.start();
  }

  /** Nodes in a row: each shares a bus with the next, "bus0", "bus1" and so on. */
  void chain(int nodes) throws Exception {
    for (int i = 0; i < nodes - 1; i++) {
      bridges.add(i, "bus" + i, X, X);
      bridges.add(i + 1, "bus" + i, X, X);
    }
    bridges.start();
  }

  /** Two nodes: what the first sends to the second waits until it is released, as far as it can. */
  void littleRoom() throws Exception {
    bridges.with(new MemoryBus.Terms(1_024, 2_048, 0, false), 1);
    bridges.add(0, "one", X, X, new MemoryBridges.Settings(1 << 20, 8_192, Map.of()));
    bridges.add(1, "one", X, X);
    bridges.start();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
  }

  EventBus bus(int i) {
    return bridges.vertx(i).eventBus();
  }

  /** A consumer of x that answers with the number of its node. */
  MessageConsumer<String> consumer(int i) {
    return bridges.consumer(
        i,
        "x",
        m -> {
          handled.add(i + ":" + m.body());
          if (m.replyAddress() != null) {
            m.reply(String.valueOf(i));
          }
        });
  }

  /** Returns how many messages a node has handled. */
  long handledBy(int i) {
    return handled.stream().filter(h -> h.startsWith(i + ":")).count();
  }

  List<Future<Message<String>>> request(int from, int count) {
    List<Future<Message<String>>> requests = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      requests.add(bus(from).request("x", "request" + n, PATIENT));
    }
    return requests;
  }

  static void assertAnsweredBy(int node, List<Future<Message<String>>> requests) throws Exception {
    for (Future<Message<String>> request : requests) {
      assertEquals(String.valueOf(node), Await.get(request).body());
    }
  }

  static ReplyException failure(Future<?> request) throws Exception {
    return assertInstanceOf(ReplyException.class, Await.failure(request));
  }

  long losses(int member, Loss reason) {
    return bridges.member(member).bridge().losses().count(reason);
  }
}
