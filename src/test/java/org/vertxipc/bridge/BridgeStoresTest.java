package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/** Tests nodes with a store that go down and come back, and who gets what meanwhile. */
class BridgeStoresTest extends InMemory {
  private static final List<String> XY = List.of("x", "y");

  /** Node 0 without a store, and node 1 with one. */
  private void pair() throws Exception {
    bridges.bus("one").keep("1");
    bridges.add(0, "one", XY, XY);
    bridges.add(1, "one", XY, XY);
    bridges.start();
  }

  private void down(int member) throws Exception {
    Await.get(bridges.member(member).bridge().stop());
    bridges.settle();
  }

  private void back(int node, List<String> exports) throws Exception {
    Await.get(bridges.add(node, "one", exports, XY).bridge().start());
    bridges.settle();
  }

  private void send(int from, int first, int count) {
    for (int n = first; n < first + count; n++) {
      bus(from).send("x", "send" + n);
    }
  }

  private static List<String> sends(int node, int count) {
    return IntStream.range(0, count).mapToObj(n -> node + ":send" + n).toList();
  }

  private int stored() {
    return bridges.bus("one").stored("1");
  }

  @Test
  void whatIsSentToANodeThatIsDownArrivesInOrderWhenItIsBack() throws Exception {
    pair();
    MessageConsumer<String> there = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    send(0, 0, 5);
    bridges.settle();
    assertEquals(0, stored());
    Await.get(there.unregister());
    down(1);
    assertEquals(Set.of(), bridges.available(0, "x"));
    send(0, 5, 5);
    bridges.settle();
    assertEquals(5, stored());
    ReplyException failure = failure(request(0, 1).get(0));
    assertEquals(Failures.NODE_GONE, failure.failureCode());
    assertTrue(
        failure.getMessage().contains("messages for it are stored, but requests are not"),
        failure::getMessage);
    back(1, XY);
    // It is up, but has no consumer: what it keeps waits there.
    send(0, 10, 5);
    bridges.settle();
    assertEquals(10, stored());
    consumer(1);
    Await.until("all are done", () -> stored() == 0);
    assertEquals(sends(1, 15), List.copyOf(handled));
    bridges.awaitAvailable(0, "x", "1");
    send(0, 15, 1);
    assertAnsweredBy(1, request(0, 1));
    bridges.settle();
    assertEquals(17, handled.size());
    bridges.checkNothingWaits();
  }

  @Test
  void whatAnEarlierIncarnationHadNotFinishedComesAgainMarked() throws Exception {
    pair();
    MessageConsumer<Object> first = bus(1).consumer("x");
    first.pause().handler(m -> {});
    Await.get(first.completion());
    bridges.awaitAvailable(0, "x", "1");
    send(0, 0, 3);
    bridges.settle();
    bridges.bus("one").kill("1");
    bridges.settle();
    down(1);
    Await.get(first.unregister());
    send(0, 3, 1);
    List<String> marks = new ArrayList<>();
    bridges.<String>consumer(
        1, "x", m -> marks.add(m.body() + " " + m.headers().get("ipc-redelivered")));
    back(1, XY);
    Await.until("all are done", () -> stored() == 0);
    bridges.settle();
    assertEquals(List.of("send0 true", "send1 true", "send2 true", "send3 null"), marks);
  }

  @Test
  void aNodeThatWasDownAtTheStartGetsWhatItExports() throws Exception {
    pair();
    down(0);
    down(1);
    bridges.add(2, "one", List.of(), List.of("x"));
    bridges.add(3, "one", List.of(), List.of("other"));
    for (int i = 2; i < 4; i++) {
      Await.get(bridges.member(i).bridge().start());
    }
    bridges.settle();
    send(2, 0, 3);
    bus(2).publish("x", "publish");
    // It imports nothing of that node, so that no way is kept open.
    assertEquals(ReplyFailure.NO_HANDLERS, failure(bus(3).request("x", "r")).failureType());
    Outlet outlet = bridges.member(3).bridge().outlet("y", false);
    assertEquals(
        "No node on the bus exports address y", failure(outlet.write(null, "o")).getMessage());
    bridges.settle();
    assertEquals(4, stored());
    consumer(1);
    back(1, XY);
    Await.until("all are done", () -> stored() == 0);
    bridges.settle();
    assertEquals(List.of("1:send0", "1:send1", "1:send2", "1:publish"), List.copyOf(handled));
    // From now on it is one like another.
    bridges.awaitAvailable(2, "x", "1");
    assertAnsweredBy(1, request(2, 2));
  }

  @Test
  void whatItNoLongerExportsWhenItIsBackEnds() throws Exception {
    pair();
    down(1);
    bus(0).send("y", "kept");
    bridges.settle();
    assertEquals(1, stored());
    back(1, X);
    assertEquals(ReplyFailure.NO_HANDLERS, failure(bus(0).request("y", "r")).failureType());
    bus(0).send("y", "nobody");
    send(0, 0, 1);
    bridges.settle();
    assertEquals(2, stored());
    consumer(1);
    bridges.consumer(1, "y", m -> handled.add("y"));
    Await.until("x is delivered", () -> stored() == 1 && handled.contains("1:send0"));
    // What came before still waits, for the address to be exported again.
    bridges.settle();
    assertEquals(1, stored());
    Await.get(bridges.member(2).bridge().export("y"));
    bridges.settle();
    bus(0).send("y", "again");
    Await.until("y is delivered", () -> stored() == 0);
    bridges.settle();
    assertEquals(3, handled.size(), handled::toString);
  }

  @Test
  void aPublishComesOnceWhetherANodeIsUpOrDown() throws Exception {
    pair();
    consumer(0);
    consumer(1);
    bus(0).publish("x", "up");
    bridges.settle();
    down(1);
    bus(0).publish("x", "down");
    bridges.settle();
    assertEquals(1, stored());
    back(1, XY);
    Await.until("it is done", () -> stored() == 0);
    bridges.settle();
    assertEquals(List.of("0:down", "0:up", "1:down", "1:up"), handled.stream().sorted().toList());
  }

  @Test
  void aNodeThatKeepsMessagesIsTriedLast() throws Exception {
    pair();
    bridges.add(2, "one", X, X);
    bridges.start();
    // Nobody is known to have a consumer: the node without a store gives it back, and the other
    // keeps it.
    send(0, 0, 2);
    bridges.settle();
    assertEquals(2, stored());
    MessageConsumer<String> own = consumer(0);
    send(0, 2, 2);
    bridges.settle();
    assertEquals(List.of("0:send2", "0:send3"), List.copyOf(handled));
    consumer(2);
    bridges.awaitAvailable(0, "x", "2");
    Await.get(own.unregister());
    send(0, 4, 2);
    bridges.settle();
    assertEquals(2, handledBy(2));
    assertEquals(2, stored());
    // A request is kept by nobody, so the order is another one.
    assertAnsweredBy(2, request(0, 3));
    down(2);
    bridges.settle();
    send(0, 6, 1);
    bridges.settle();
    assertEquals(3, stored());
  }

  @Test
  void aFullStoreRefusesAndSaysWhenThereIsRoom() throws Exception {
    pair();
    bridges.bus("one").storeRoom(3);
    AtomicInteger drained = new AtomicInteger();
    Outlet outlet = bridges.member(0).bridge().outlet("x", false);
    List<Future<Void>> written = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      written.add(outlet.write(null, "send" + n));
    }
    for (int n = 0; n < 5; n++) {
      if (n < 3) {
        Await.get(written.get(n));
      } else {
        ReplyException failure = failure(written.get(n));
        assertEquals(Failures.QUEUE_FULL, failure.failureCode());
        assertEquals("The store of node '1' is full", failure.getMessage());
      }
    }
    assertEquals(2, losses(0, Loss.QUEUE_FULL));
    bridges.settle();
    assertTrue(outlet.isFull());
    outlet.drainHandler(v -> drained.incrementAndGet());
    bridges.settle();
    assertEquals(0, drained.get());
    consumer(1);
    Await.until("it says that there is room", () -> drained.get() == 1);
    assertFalse(outlet.isFull());
    down(1);
    for (int n = 0; n < 3; n++) {
      Await.get(outlet.write(null, "later" + n));
    }
    assertEquals(
        "The store of node '1', which is down, is full",
        failure(outlet.write(null, "more")).getMessage());
    ReplyException large = failure(outlet.write(null, "-".repeat(5_000)));
    assertEquals(Failures.TOO_LARGE, large.failureCode());
    assertTrue(large.getMessage().contains("half of mapped.fileBytes"), large::getMessage);
    back(1, XY);
    Await.until("all are done", () -> stored() == 0);
    bridges.settle();
    assertEquals(6, handledBy(1));
    assertEquals(1, drained.get());
  }

  @Test
  void aGatewayPassesOnWhatWasPublishedToItsStore() throws Exception {
    bridges.bus("bus0").keep("1");
    chain(3);
    consumer(1);
    consumer(2);
    for (int n = 0; n < 3; n++) {
      bus(0).publish("x", "publish" + n);
    }
    bridges.settle();
    assertEquals(3, handledBy(1));
    assertEquals(
        List.of("2:publish0", "2:publish1", "2:publish2"),
        handled.stream().filter(h -> h.startsWith("2")).toList());
    assertEquals(0, bridges.bus("bus0").stored("1"));
  }

  /** A request that comes back is told that another node might have had a consumer. */
  @Test
  void aRequestThatComesBackSaysThatANodeIsDown() throws Exception {
    pair();
    bridges.add(2, "one", X, X);
    bridges.start();
    down(1);
    ReplyException failure = failure(request(0, 1).get(0));
    assertEquals(Failures.NODE_GONE, failure.failureCode());
    assertTrue(failure.getMessage().startsWith("Node '1' is down"), failure::getMessage);
    assertEquals(1, losses(0, Loss.NODE_GONE));
    bridges.checkNothingWaits();
  }

  @Test
  void anAddressWithdrawnWhileUpIsNotKept() throws Exception {
    pair();
    Await.get(bridges.member(1).bridge().withdraw("y"));
    bridges.settle();
    down(1);
    assertEquals(ReplyFailure.NO_HANDLERS, failure(bus(0).request("y", "r")).failureType());
    bus(0).send("y", "nobody");
    bridges.settle();
    assertEquals(0, stored());
  }
}
