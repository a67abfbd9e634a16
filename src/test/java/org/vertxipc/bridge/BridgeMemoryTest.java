package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bus.Departure;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;

/**
 * What happens between two steps of a message: consumers that come and go, nodes that end, and
 * users that wait, each at a moment that the test chooses.
 */
class BridgeMemoryTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  private static final List<String> X = List.of("x");
  // Longer than anything takes: a request that ends by it is a failure.
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(25_000);

  private final MemoryBridges bridges = new MemoryBridges(POOL);
  private final Queue<String> handled = new ConcurrentLinkedQueue<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    bridges.close();
  }

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  /** Nodes on one bus, all of which export and import x. */
  private void mesh(int nodes) throws Exception {
    for (int i = 0; i < nodes; i++) {
      bridges.add(i, "one", X, X);
    }
    bridges.start();
  }

  /** Nodes in a row: each shares a bus with the next, "bus0", "bus1" and so on. */
  private void chain(int nodes) throws Exception {
    for (int i = 0; i < nodes - 1; i++) {
      bridges.add(i, "bus" + i, X, X);
      bridges.add(i + 1, "bus" + i, X, X);
    }
    bridges.start();
  }

  private EventBus bus(int i) {
    return bridges.vertx(i).eventBus();
  }

  /** A consumer of x that answers with the number of its node. */
  private MessageConsumer<String> consumer(int i) {
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

  /** How many messages a node has handled. */
  private long handledBy(int i) {
    return handled.stream().filter(h -> h.startsWith(i + ":")).count();
  }

  private List<Future<Message<String>>> request(int from, int count) {
    List<Future<Message<String>>> requests = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      requests.add(bus(from).request("x", "request" + n, PATIENT));
    }
    return requests;
  }

  private static void assertAnsweredBy(int node, List<Future<Message<String>>> requests)
      throws Exception {
    for (Future<Message<String>> request : requests) {
      assertEquals(String.valueOf(node), Await.get(request).body());
    }
  }

  private static ReplyException failure(Future<?> request) throws Exception {
    return assertInstanceOf(ReplyException.class, Await.failure(request));
  }

  @Test
  void interceptorsThatWaitSeeEachMessageOnce() throws Exception {
    mesh(3);
    consumer(0);
    consumer(1);
    AtomicInteger[] out = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    AtomicInteger[] in = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    List<Runnable> removals = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int node = i;
      Handler<DeliveryContext<Object>> leaving = d -> waits(node, out[node], d);
      Handler<DeliveryContext<Object>> coming = d -> waits(node, in[node], d);
      bus(i).addOutboundInterceptor(leaving).addInboundInterceptor(coming);
      removals.add(
          () -> bus(node).removeOutboundInterceptor(leaving).removeInboundInterceptor(coming));
    }
    bus(2).publish("x", "publish");
    for (int n = 0; n < 20; n++) {
      bus(2).send("x", "send");
    }
    for (Future<?> request : request(2, 20)) {
      Await.get(request);
    }
    bridges.settle();
    removals.forEach(Runnable::run);
    assertEquals(1, Collections.frequency(handled, "0:publish"));
    assertEquals(1, Collections.frequency(handled, "1:publish"));
    assertEquals(42, handled.size());
    assertEquals(41, out[2].get(), "leave their sender");
    assertEquals(20, in[2].get(), "replies come");
    assertEquals(42, in[0].get() + in[1].get(), "come to consumers");
    assertEquals(20, out[0].get() + out[1].get(), "replies leave");
  }

  private void waits(int node, AtomicInteger count, DeliveryContext<Object> delivery) {
    count.incrementAndGet();
    bridges.later(bridges.vertx(node), 1, delivery::next);
  }

  @Test
  void aConsumerMadeInACallbackIsOneLikeAnother() throws Exception {
    MemoryBridges.Member a = bridges.add(0, "one", List.of("event"), List.of("command"));
    bridges.add(1, "one", List.of("command"), List.of("event"));
    AtomicInteger commands = new AtomicInteger();
    AtomicInteger events = new AtomicInteger();
    bridges.consumer(1, "command", m -> commands.incrementAndGet());
    a.bridge()
        .onPeerEvent(
            e -> {
              if (e.state() == PeerEvent.State.CHANGED && e.exports().contains("command")) {
                bridges.consumer(
                    0,
                    "event",
                    m -> {
                      events.incrementAndGet();
                      bus(0).send("command", "c");
                      m.reply("ok");
                    });
              }
            });
    bridges.start();
    for (int n = 0; n < 10; n++) {
      bus(1).send("event", "e");
      Await.get(bus(1).request("event", "e", PATIENT));
    }
    bridges.settle();
    assertEquals(20, events.get());
    assertEquals(20, commands.get());
  }

  @Test
  void aNodeWithoutConsumerTakesNoTurn() throws Exception {
    mesh(4);
    consumer(3);
    for (int n = 0; n < 20; n++) {
      bus(0).send("x", "send");
    }
    assertAnsweredBy(3, request(0, 20));
    bridges.settle();
    assertEquals(40, handledBy(3));
    consumer(1);
    bridges.awaitAvailable(0, "x", "1", "3");
    for (int n = 0; n < 40; n++) {
      bus(0).send("x", "send");
    }
    bridges.settle();
    assertEquals(20, handledBy(1));
    assertEquals(60, handledBy(3));
  }

  @Test
  void whatFindsNoConsumerGoesFromNodeToNode() throws Exception {
    mesh(4);
    MessageConsumer<String> one = consumer(1);
    MessageConsumer<String> two = consumer(2);
    consumer(3);
    bridges.awaitAvailable(0, "x", "1", "2", "3");
    bridges.bus("one").hold("0", "1");
    bridges.bus("one").hold("0", "2");
    for (int n = 0; n < 9; n++) {
      bus(0).send("x", "send" + n);
    }
    List<Future<Message<String>>> requests = request(0, 9);
    Await.get(one.unregister());
    bridges.settle();
    // Those of 1 go to 2, or 3; there is no way to know yet that 2 has none.
    bridges.bus("one").release("0", "1");
    bridges.settle();
    Await.get(two.unregister());
    bridges.bus("one").release("0", "2");
    assertAnsweredBy(3, requests);
    bridges.settle();
    assertEquals(18, handledBy(3));
    assertEquals(18, handled.size());
    bridges.checkNothingWaits();
  }

  @Test
  void whatComesBackGoesToAConsumerOfItsSender() throws Exception {
    mesh(2);
    MessageConsumer<String> there = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 3);
    Await.get(there.unregister());
    consumer(0);
    bridges.settle();
    bridges.bus("one").release("0", "1");
    assertAnsweredBy(0, requests);
    bridges.settle();
    assertEquals(4, handledBy(0));
  }

  @Test
  void aRequestThatNobodyTakesFailsAsInVertx() throws Exception {
    mesh(3);
    MessageConsumer<String> there = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    List<Future<Message<String>>> requests = request(0, 1);
    bus(0).send("x", "send");
    Await.get(there.unregister());
    bridges.settle();
    bridges.bus("one").release("0", "1");
    ReplyException failure = failure(requests.get(0));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    bridges.settle();
    assertEquals(List.of(), List.copyOf(handled));
    assertEquals(2, losses(0, Loss.NOBODY));
  }

  private long losses(int member, Loss reason) {
    return bridges.member(member).bridge().losses().count(reason);
  }

  @Test
  void whatAPausedConsumerHasNotSeenGoesToAnother() throws Exception {
    mesh(3);
    MessageConsumer<String> paused = consumer(1);
    consumer(2);
    bridges.awaitAvailable(0, "x", "1", "2");
    paused.pause();
    List<Future<Message<String>>> requests = request(0, 10);
    bridges.settle();
    assertEquals(5, handledBy(2));
    Await.get(paused.unregister());
    assertAnsweredBy(2, requests);
    assertEquals(0, handledBy(1));
  }

  @Test
  void aConsumerThatIsFullIsPassedOver() throws Exception {
    mesh(2);
    MessageConsumer<String> full =
        bus(1)
            .consumer(
                new MessageConsumerOptions().setAddress("x").setMaxBufferedMessages(1),
                m -> handled.add("full:" + m.body()));
    full.pause();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    List<Future<Message<String>>> requests = request(0, 6);
    bridges.settle();
    assertEquals(5, handledBy(1));
    Await.get(full.unregister());
    assertAnsweredBy(1, requests);
    assertEquals(6, handled.size());
  }

  @Test
  void whatAGatewayGivesBackGoesToAConsumerOfItsSender() throws Exception {
    chain(3);
    MessageConsumer<String> there = consumer(2);
    assertAnsweredBy(2, request(0, 1));
    bridges.bus("bus1").hold("1", "2");
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 3);
    bridges.settle();
    Await.get(there.unregister());
    consumer(0);
    bridges.bus("bus1").release("1", "2");
    assertAnsweredBy(0, requests);
    bridges.settle();
    assertEquals(4, handledBy(0));
    bridges.checkNothingWaits();
  }

  @Test
  void whatAGatewayGivesBackGoesToAnotherNode() throws Exception {
    chain(4);
    bridges.add(4, "bus0", X, X);
    bridges.start();
    MessageConsumer<String> there = consumer(3);
    assertAnsweredBy(3, request(0, 1));
    bridges.bus("bus2").hold("2", "3");
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 3);
    bridges.settle();
    Await.get(there.unregister());
    consumer(4);
    bridges.bus("bus2").release("2", "3");
    // Node 4 had none and gave them back before they went to the gateway, or is asked now.
    for (Future<Message<String>> request : requests) {
      Await.settled(request);
    }
    bridges.settle();
    assertEquals(4, handledBy(4), handled::toString);
    assertAnsweredBy(4, requests);
    bridges.checkNothingWaits();
  }

  @Test
  void aWithdrawnAddressGivesBackWhatIsUnderWay() throws Exception {
    mesh(3);
    consumer(1);
    consumer(2);
    bridges.awaitAvailable(0, "x", "1", "2");
    bridges.bus("one").hold("0", "1");
    for (int n = 0; n < 6; n++) {
      bus(0).send("x", "send" + n);
    }
    List<Future<Message<String>>> requests = request(0, 6);
    bus(0).publish("x", "publish");
    Await.get(bridges.member(1).bridge().withdraw("x"));
    bridges.settle();
    bridges.bus("one").release("0", "1");
    assertAnsweredBy(2, requests);
    bridges.settle();
    assertEquals(13, handledBy(2));
    assertEquals(0, handledBy(1));
  }

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

  @Test
  void whatWasNotWrittenWhenItsNodeDiedGoesToAnother() throws Exception {
    mesh(3);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    CountDownLatch go = new CountDownLatch(1);
    bridges.member(0).context().runOnContext(v -> await(go));
    bridges.bus("one").kill("1");
    // That node has closed its ends, and this one can't have seen it.
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    MemoryBridges.on(bridges.member(1).context(), () -> {});
    bus(0).send("x", "send");
    List<Future<Message<String>>> requests = request(0, 5);
    consumer(2);
    go.countDown();
    assertAnsweredBy(2, requests);
    bridges.settle();
    assertEquals(6, handledBy(2));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
  void whatComesBackToANodeThatLeavesIsCounted() throws Exception {
    mesh(2);
    MessageConsumer<String> there = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.member(1).bridge().setPaused(true);
    for (int n = 0; n < 10; n++) {
      bus(0).send("x", "send" + n);
    }
    bridges.settle();
    Future<Void> left = bridges.member(0).bridge().stop();
    Await.get(there.unregister());
    bridges.member(1).bridge().setPaused(false);
    Await.get(left);
    bridges.settle();
    assertEquals(10, losses(0, Loss.NOBODY) + losses(1, Loss.NOBODY));
  }

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
    bridges.with(new MemoryBus.Terms(1_024, 2_048, 0, false), 1);
    bridges.add(0, "one", X, X, new MemoryBridges.Settings(1 << 20, 8_192, Map.of()));
    bridges.add(1, "one", X, X);
    bridges.start();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
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

  @Test
  void repliesToRepliesPassGateways() throws Exception {
    chain(4);
    Queue<String> said = new ConcurrentLinkedQueue<>();
    bridges.<String>consumer(
        3,
        "x",
        m ->
            m.<String>replyAndRequest(m.body() + "1", PATIENT)
                .onSuccess(
                    answer -> {
                      said.add(answer.body());
                      answer.reply(answer.body() + "3");
                    }));
    Message<String> first = Await.get(bus(0).request("x", "0", PATIENT));
    assertEquals("01", first.body());
    Message<String> second = Await.get(first.replyAndRequest(first.body() + "2", PATIENT));
    assertEquals("0123", second.body());
    assertEquals(List.of("012"), List.copyOf(said));
    bridges.settle();
    bridges.checkNothingWaits();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPriorityIsKeptOnTheWay(boolean givenBack) throws Exception {
    List<String> both = List.of("x", "y");
    MemoryBridges.Settings urgent =
        new MemoryBridges.Settings(1 << 20, 1 << 20, Map.of("y", 9));
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, true), 1);
    // Only its sender knows of the priority.
    bridges.add(0, "bus0", both, both, urgent);
    bridges.add(1, "bus0", both, both);
    bridges.add(2, givenBack ? "bus0" : "bus1", both, both);
    if (!givenBack) {
      bridges.add(1, "bus1", both, both);
    }
    bridges.start();
    for (String address : both) {
      bridges.<String>consumer(2, address, m -> handled.add(m.body()));
    }
    if (givenBack) {
      List<MessageConsumer<?>> others = new ArrayList<>();
      for (String address : both) {
        others.add(bridges.<String>consumer(1, address, m -> handled.add(m.body())));
        bridges.awaitAvailable(0, address, "1", "2");
      }
      bridges.bus("bus0").hold("0", "1");
      bridges.bus("bus0").hold("0", "2");
      sendBoth();
      bridges.settle();
      for (MessageConsumer<?> other : others) {
        Await.get(other.unregister());
      }
      bridges.bus("bus0").release("0", "1");
      bridges.settle();
      bridges.bus("bus0").release("0", "2");
    } else {
      bridges.bus("bus1").hold("1", "2");
      sendBoth();
      bridges.settle();
      bridges.bus("bus1").release("1", "2");
    }
    bridges.settle();
    List<String> order = List.copyOf(handled);
    assertEquals(8, order.size(), order::toString);
    assertTrue(order.subList(0, 4).stream().allMatch(b -> b.startsWith("y")), order::toString);
  }

  private void sendBoth() {
    for (String address : List.of("x", "y")) {
      for (int n = 0; n < 4; n++) {
        bus(0).send(address, address + n);
      }
    }
  }

  @Test
  void aPublishMeetsTheConsumersThatAreThereWhenItComes() throws Exception {
    mesh(2);
    bridges.bus("one").hold("0", "1");
    bus(0).publish("x", "publish");
    bridges.settle();
    consumer(1);
    bridges.bus("one").release("0", "1");
    bridges.settle();
    assertEquals(List.of("1:publish"), List.copyOf(handled));
  }

  @Test
  void twoBusesBetweenTheSameTwoAreOneWay() throws Exception {
    for (String bus : List.of("one", "two")) {
      bridges.add(0, bus, X, X);
      bridges.add(1, bus, X, X);
    }
    bridges.start();
    consumer(0);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bus(0).publish("x", "publish");
    for (int n = 0; n < 20; n++) {
      bus(0).send("x", "send");
    }
    bridges.settle();
    assertEquals(11, handledBy(0));
    assertEquals(11, handledBy(1));
  }

  @Test
  void aSecondBridgeOfABusIsRefused() throws Exception {
    mesh(1);
    MemoryBridges.Member second = bridges.add(0, "one", X, X);
    String said = Await.failure(second.bridge().start()).getMessage();
    assertTrue(said.startsWith("This Vert.x is on the bus 'one' already, as node '0'"), said);
  }
}
