package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;

/** Tests outlets, and who gets turns, while nodes come, withdraw, fall silent, die and return. */
class BridgeOutletsTest extends InMemory {
  private static final List<String> XY = List.of("x", "y");

  private Bridge bridge(int member) {
    return bridges.member(member).bridge();
  }

  private static void assertNobody(Future<Void> write) throws Exception {
    ReplyException failure = failure(write);
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    assertTrue(failure.getMessage().startsWith("No node on the bus exports"), failure::getMessage);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOutletFollowsWhatIsExported(boolean publish) throws Exception {
    mesh(2);
    bridges.consumer(1, "y", m -> handled.add("1:" + m.body()));
    Outlet outlet = bridge(0).outlet("y", publish);
    assertNobody(outlet.write(null, "before"));
    Await.get(bridge(1).export("y"));
    bridges.settle();
    Await.get(outlet.write(null, "now"));
    Await.get(bridge(1).withdraw("y"));
    bridges.settle();
    assertNobody(outlet.write(null, "after"));
    assertEquals(List.of("1:now"), List.copyOf(handled));
    assertEquals(2, losses(0, Loss.NOBODY));
    // One that is closed keeps what it knew, and is told nothing more.
    outlet.close();
    bridges.settle();
    Await.get(bridge(1).export("y"));
    bridges.settle();
    assertNobody(outlet.write(null, "closed"));
  }

  @Test
  void anOutletWritesToNoNodeThatDied() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    Outlet outlet = bridge(0).outlet("x", false);
    Await.get(outlet.write(null, "1"));
    bridges.bus("one").kill("1");
    bridges.settle();
    assertNobody(outlet.write(null, "2"));
    assertEquals(0, losses(0, Loss.NODE_GONE));
  }

  @Test
  void anOutletOfABridgeThatHasEndedWritesToNobody() throws Exception {
    bridges.bus("one").keep("1");
    bridges.add(0, "one", XY, XY);
    bridges.add(1, "one", XY, XY);
    bridges.add(2, "one", X, X);
    bridges.start();
    Await.get(bridge(1).stop());
    bridges.settle();
    Outlet stored = bridge(0).outlet("y", false);
    Outlet live = bridge(0).outlet("x", false);
    Await.get(stored.write(null, "y"));
    // Node 2 gives it back, and node 1 keeps it.
    Await.get(live.write(null, "x"));
    bridges.settle();
    Await.get(bridge(0).stop());
    assertNobody(stored.write(null, "y"));
    assertNobody(live.write(null, "x"));
    Outlet later = bridge(0).outlet("y", true);
    assertNobody(later.write(null, "y"));
    assertEquals(2, bridges.bus("one").stored("1"));
  }

  /** What a node exports that is down at the start is of interest to an outlet, too. */
  @Test
  void anOutletThatWasOpenedBeforeTheStartReachesAStore() throws Exception {
    bridges.bus("one").keep("1");
    bridges.add(1, "one", XY, XY);
    bridges.start();
    Await.get(bridge(0).stop());
    MemoryBridges.Member late = bridges.add(0, "one", List.of(), List.of("other"));
    Outlet outlet = late.bridge().outlet("y", false);
    assertNobody(outlet.write(null, "early"));
    Await.get(late.bridge().start());
    Await.get(outlet.write(null, "kept"));
    assertEquals(1, bridges.bus("one").stored("1"));
    assertFalse(outlet.isFull());
  }

  /** A node that reads no more is still heard, but has no turns. */
  @Test
  void aNodeThatReadsNoMoreHasNoTurns() throws Exception {
    mesh(3);
    consumer(0);
    consumer(2);
    bridges.awaitAvailable(1, "x", "0", "2");
    Outlet outlet = bridge(1).outlet("x", false);
    bridge(1).setPaused(true);
    bridges.settle();
    Await.get(bridge(0).stop());
    bridges.settle();
    for (int n = 0; n < 4; n++) {
      Await.get(outlet.write(null, "o" + n));
      bus(1).send("x", "s" + n);
    }
    bus(1).publish("x", "p");
    bridges.settle();
    assertEquals(9, handledBy(2));
    assertEquals(9, handled.size());
    assertEquals(0, losses(1, Loss.NODE_GONE));
    assertEquals(List.of("2"), Await.get(bridge(1).peers()).stream().map(PeerEvent::node).toList());
    bridge(1).setPaused(false);
    bridges.settle();
  }

  @Test
  void anOutletWritesToNobodyWhenTheLastNodeReadsNoMore() throws Exception {
    mesh(2);
    Outlet outlet = bridge(1).outlet("x", false);
    bridge(1).setPaused(true);
    bridges.settle();
    Await.get(bridge(0).stop());
    bridges.settle();
    assertNobody(outlet.write(null, "o"));
    bridge(1).setPaused(false);
    bridges.settle();
  }

  @Test
  void aNodeWithAStoreHasTurnsWhileItIsUpOnly() throws Exception {
    bridges.bus("one").keep("1");
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", X, X);
    bridges.start();
    consumer(0);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    for (int round = 0; round < 2; round++) {
      handled.clear();
      for (int n = 0; n < 10; n++) {
        bus(0).send("x", "up");
      }
      Await.until("all are handled", () -> handled.size() == 10);
      assertEquals(5, handledBy(1), "round " + round);
      Await.get(bridge(1 + round).stop());
      bridges.settle();
      handled.clear();
      for (int n = 0; n < 10; n++) {
        bus(0).send("x", "down");
      }
      bridges.settle();
      assertEquals(10, handledBy(0));
      assertEquals(0, bridges.bus("one").stored("1"));
      // It returns with its consumer.
      Await.get(bridges.add(1, "one", X, X).bridge().start());
      bridges.settle();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** So many that the loop learns of the death before it comes to the last. */
  @Test
  void whatIsWrittenAfterADeathSaysSo() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    CountDownLatch go = new CountDownLatch(1);
    bridges.member(0).context().runOnContext(v -> await(go));
    bridges.bus("one").kill("1");
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    for (int n = 0; n < 1_100; n++) {
      bus(0).publish("x", "p");
    }
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    go.countDown();
    ReplyException failure = failure(request);
    assertEquals(Failures.NODE_GONE, failure.failureCode());
    assertEquals("Node '1' died", failure.getMessage());
    bridges.settle();
    assertEquals(1_101, losses(0, Loss.NODE_GONE));
    assertEquals(List.of(), List.copyOf(handled));
  }

  @Test
  void whatWaitedForANodeThatDiesIsCounted() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    List<Future<Message<String>>> requests = request(0, 3);
    bridges.settle();
    bridges.bus("one").kill("1");
    for (Future<Message<String>> request : requests) {
      assertEquals("Node '1' died", failure(request).getMessage());
    }
    bridges.settle();
    assertEquals(3, losses(0, Loss.NODE_GONE));
  }

  @Test
  void aDrainHandlerIsCalledWhenAnyNodeHasRoomOrGoes() throws Exception {
    bridges.bus("one").keep("1");
    bridges.bus("one").storeRoom(2);
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", X, X);
    bridges.start();
    Outlet outlet = bridge(0).outlet("x", false);
    for (int n = 0; n < 2; n++) {
      Await.get(outlet.write(null, "o" + n));
    }
    bridges.settle();
    assertTrue(outlet.isFull());
    AtomicInteger drained = new AtomicInteger();
    outlet.drainHandler(v -> drained.incrementAndGet());
    bridges.settle();
    assertEquals(0, drained.get());
    Await.get(bridge(1).withdraw("x"));
    Await.until("no node is left that is full", () -> drained.get() == 1);
    assertFalse(outlet.isFull());
  }
}
