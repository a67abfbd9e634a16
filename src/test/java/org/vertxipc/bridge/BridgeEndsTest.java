package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.vertxipc.bus.Departure;
import org.vertxipc.testing.Await;

/** Tests nodes that die or leave while messages are under way. */
class BridgeEndsTest extends InMemory {
  @Test
  void whatADeadNodeHadFailsAndNothingElse() throws Exception {
    mesh(3);
    consumer(1);
    consumer(2);
    bridges.awaitAvailable(0, "x", "1", "2");
    bridges.bus("one").hold("0", "1");
    List<Future<Message<String>>> requests = request(0, 20);
    bridges.settle();
    bridges.bus("one").kill("1");
    bridges.settle();
    List<Future<Message<String>>> after = request(0, 20);
    int gone = 0;
    for (Future<Message<String>> request : requests) {
      Await.settled(request);
      if (request.failed()) {
        ReplyException failure = failure(request);
        assertEquals(Failures.NODE_GONE, failure.failureCode());
        assertEquals("Node '1' died", failure.getMessage());
        gone++;
      }
    }
    assertEquals(10, gone);
    assertAnsweredBy(2, after);
    assertEquals(30, handledBy(2));
  }

  /** Kills node 1, and keeps node 0 from seeing that until the latch is counted down. */
  private CountDownLatch killUnseen() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    bridges.member(0).context().runOnContext(v -> Await.latch(go));
    bridges.bus("one").kill("1");
    // That node has closed its ends, and this one can't have seen it.
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    return go;
  }

  @Test
  void whatWasNotWrittenWhenItsNodeDiedGoesToAnother() throws Exception {
    mesh(3);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    CountDownLatch go = killUnseen();
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 5);
    consumer(2);
    go.countDown();
    assertAnsweredBy(2, requests);
    bridges.settle();
    assertEquals(6, handledBy(2));
  }

  /** Between the end of a node and the report of it, nothing can be written any more. */
  @Test
  void whatTheLoopSendsToANodeThatIsAboutToGoIsNotLostSilently() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    Outlet outlet = bridges.member(0).bridge().outlet("x", false);
    bridges.settle();
    CountDownLatch go = killUnseen();
    Queue<Future<?>> written = new ConcurrentLinkedQueue<>();
    bridges
        .member(0)
        .context()
        .runOnContext(
            v -> {
              bus(0).publish("x", "publish");
              bus(0).send("x", "send");
              written.add(bus(0).request("x", "request", PATIENT));
              written.add(outlet.write(null, "written"));
            });
    go.countDown();
    bridges.settle();
    assertEquals(2, written.size());
    for (Future<?> each : written) {
      ReplyException failure = failure(each);
      assertEquals(Failures.NODE_GONE, failure.failureCode());
      assertEquals("Node '1' is gone", failure.getMessage());
    }
    assertEquals(4, losses(0, Loss.NODE_GONE));
    bridges.checkNothingWaits();
  }

  @Test
  void whatWasNotWrittenWhenItsNodeDiedGoesToAConsumerHere() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    CountDownLatch go = killUnseen();
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 2);
    consumer(0);
    go.countDown();
    assertAnsweredBy(0, requests);
    bridges.settle();
    assertEquals(List.of("0:send", "0:request0", "0:request1"), List.copyOf(handled));
  }

  @Test
  void whatANodeThatLeavesHasSentIsReadToItsEnd() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", List.of("x", "z"), X);
    bridges.start();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
    bridges.member(1).bridge().onPeerEvent(events::add);
    bridges.member(1).bridge().setPaused(true);
    for (int n = 0; n < 100; n++) {
      bus(0).send("x", "send" + n);
    }
    bridges.settle();
    Future<Void> left = bridges.member(0).bridge().stop();
    Await.get(bridges.member(1).bridge().withdraw("z"));
    Await.get(bridges.member(1).bridge().export("y"));
    bridges.member(1).bridge().setPaused(false);
    Await.get(left);
    bridges.settle();
    assertEquals(100, handledBy(1));
    Departure why =
        events.stream()
            .filter(e -> e.state() == PeerEvent.State.DOWN)
            .findAny()
            .orElseThrow()
            .departure();
    assertEquals(Departure.Reason.LEFT, why.why());
  }

  @Test
  void whatCanNotGoBackToANodeThatLeftIsCounted() throws Exception {
    mesh(2);
    MessageConsumer<String> there = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.member(1).bridge().setPaused(true);
    for (int n = 0; n < 10; n++) {
      bus(0).send("x", "send" + n);
    }
    bridges.settle();
    Await.get(bridges.member(0).bridge().stop());
    Await.get(there.unregister());
    bridges.member(1).bridge().setPaused(false);
    bridges.settle();
    assertEquals(10, losses(1, Loss.NOBODY));
  }

  @Test
  void aRequestThatWasPassedOnFailsWithTheNodeThatHadIt() throws Exception {
    chain(3);
    consumer(2);
    bridges.bus("bus1").hold("1", "2");
    List<Future<Message<String>>> requests = request(0, 3);
    bridges.settle();
    bridges.bus("bus1").kill("2");
    for (Future<Message<String>> request : requests) {
      ReplyException failure = failure(request);
      assertEquals(Failures.NODE_GONE, failure.failureCode());
      assertEquals("Node '2' died", failure.getMessage());
    }
    bridges.settle();
    bridges.checkNothingWaits();
  }

  @Test
  void whatAGatewayHadNotWrittenWhenANodeDiedComesBack() throws Exception {
    chain(3);
    bridges.add(3, "bus0", X, X);
    bridges.start();
    consumer(2);
    bridges.localConsumer(1, "x", m -> handled.add("local:" + m.body()));
    ContextInternal onward = bridges.member(2).context();
    CountDownLatch go = new CountDownLatch(1);
    onward.runOnContext(v -> Await.latch(go));
    bridges.bus("bus1").kill("2");
    MemoryBridges.on(bridges.member(3).context(), () -> {});
    MemoryBridges.on(bridges.member(3).context(), () -> {});
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 3);
    for (int i = 0; i < 2; i++) {
      Await.until("they leave", () -> bridges.member(0).bridge().counters().sent.sum() == 4);
      MemoryBridges.on(bridges.member(0).context(), () -> {});
      MemoryBridges.on(bridges.member(1).context(), () -> {});
    }
    consumer(3);
    go.countDown();
    assertAnsweredBy(3, requests);
    bridges.settle();
    assertEquals(4, handledBy(3));
    assertEquals(4, handled.size(), handled::toString);
  }
}
