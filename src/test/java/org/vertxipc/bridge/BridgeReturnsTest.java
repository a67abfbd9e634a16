package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/**
 * Tests consumers that go, and addresses that are withdrawn, between the choice of a node and the
 * delivery there: the message comes back and goes to another node.
 */
class BridgeReturnsTest extends InMemory {
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

  /** First nodes with a consumer, then consumers here, then those that only export. */
  @Test
  void whatComesBackGoesWhereAConsumerIsKnown() throws Exception {
    mesh(4);
    MessageConsumer<String> one = consumer(1);
    consumer(0);
    MessageConsumer<String> two = consumer(2);
    bridges.awaitAvailable(0, "x", "1", "2");
    bridges.bus("one").hold("0", "1");
    // One each, as nobody else has turns.
    assertEquals(3, request(0, 3).size());
    bridges.settle();
    assertEquals(List.of(1L, 1L), List.of(handledBy(0), handledBy(2)));
    Await.get(one.unregister());
    bridges.bus("one").release("0", "1");
    bridges.settle();
    assertEquals(List.of(1L, 2L), List.of(handledBy(0), handledBy(2)));
    Await.get(two.unregister());
    assertAnsweredBy(0, request(0, 6));
    // Node 3 has never been asked.
    assertEquals(0, bridges.member(3).bridge().counters().sent.sum());
    bridges.checkNothingWaits();
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

  /** Only a request reports the loss, as in one Vert.x. */
  @Test
  void aSendThatAConsumerHadNotHandledGoesWithIt() throws Exception {
    mesh(3);
    MessageConsumer<String> paused = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    paused.pause();
    bus(0).send("x", "send");
    bridges.settle();
    consumer(2);
    Await.get(paused.unregister());
    bridges.settle();
    assertEquals(List.of(), List.copyOf(handled));
  }

  /** A reply goes through its message: its address is the same for all, and has no consumer. */
  @Test
  void whatIsSentToTheReplyAddressReachesNobody() throws Exception {
    mesh(3);
    Queue<Message<String>> asked = new ConcurrentLinkedQueue<>();
    bridges.<String>consumer(1, "x", asked::add);
    bridges.awaitAvailable(0, "x", "1");
    bridges.awaitAvailable(2, "x", "1");
    List<Future<Message<String>>> requests = request(0, 1);
    requests.addAll(request(2, 1));
    bridges.settle();
    assertEquals(2, asked.size());
    assertEquals(1, asked.stream().map(Message::replyAddress).distinct().count());
    for (Message<String> message : asked) {
      bus(1).send(message.replyAddress(), "by the address");
    }
    bridges.settle();
    assertTrue(requests.stream().noneMatch(Future::isComplete), "both still wait");
    asked.forEach(message -> message.reply("1"));
    assertAnsweredBy(1, requests);
    bridges.settle();
    bridges.checkNothingWaits();
  }

  @Test
  void aRequestToAConsumerThatIsFullFailsAsInVertx() throws Exception {
    mesh(2);
    MessageConsumer<String> full =
        bridges.handle(
            bus(1).consumer(new MessageConsumerOptions().setAddress("x").setMaxBufferedMessages(1)),
            m -> handled.add("full:" + m.body()));
    full.pause();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    List<Future<Message<String>>> requests = request(0, 6);
    bridges.settle();
    assertEquals(3, handledBy(1));
    Await.get(full.unregister());
    int discarded = 0;
    for (Future<Message<String>> request : requests) {
      Await.settled(request);
      if (request.failed()) {
        ReplyException failure = failure(request);
        assertEquals(ReplyFailure.TIMEOUT, failure.failureType());
        assertTrue(failure.getMessage().startsWith("Discarded"), failure::getMessage);
        discarded++;
      }
    }
    // One of the three messages had waited there, and went to the other node.
    assertEquals(2, discarded);
    assertEquals(4, handledBy(1));
    assertEquals(4, handled.size());
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
}
