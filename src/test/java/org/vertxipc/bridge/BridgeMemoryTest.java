package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;

/** Tests who gets a message: every consumer gets a publish, and one of them gets a send. */
class BridgeMemoryTest extends InMemory {
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
    MemoryBridges.Settings urgent = new MemoryBridges.Settings(1 << 20, 1 << 20, Map.of("y", 9));
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, true), 1);
    // Only the sender knows the priority.
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
  void whatTheLoopSendsComesAfterWhatAnotherThreadSentBefore() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    MemoryBridges.on(
        bridges.member(0).context(),
        () -> {
          Thread other = new Thread(() -> bus(0).send("x", "first"));
          other.start();
          try {
            other.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          bus(0).send("x", "second");
        });
    bridges.settle();
    assertEquals(List.of("1:first", "1:second"), List.copyOf(handled));
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

  /** Returns how many messages all bridges have written to peers. */
  private long written() {
    return bridges.members().stream().mapToLong(m -> m.bridge().counters().sent.sum()).sum();
  }

  @Test
  void aPublishGoesEachWayOnce() throws Exception {
    chain(4);
    bridges.add(1, "side", X, X);
    bridges.add(0, "side", X, X);
    bridges.add(4, "bus1", X, X);
    bridges.start();
    bus(0).publish("x", "publish");
    bridges.settle();
    assertEquals(4, written());
  }

  @Test
  void aSecondBridgeOfABusIsRefused() throws Exception {
    mesh(1);
    MemoryBridges.Member second = bridges.add(0, "one", X, X);
    String said = Await.failure(second.bridge().start()).getMessage();
    assertTrue(said.startsWith("This Vert.x is already on the bus 'one', as node '0'"), said);
  }

  @Test
  void aSendTriesEachWayOnce() throws Exception {
    // 0, 1 and 2 on one bus; 3 behind 1.
    mesh(3);
    bridges.add(1, "two", X, X);
    bridges.add(3, "two", X, X);
    bridges.start();
    assertEquals(ReplyFailure.NO_HANDLERS, failure(request(0, 1).get(0)).failureType());
    bridges.settle();
    assertEquals(3, written());
    assertEquals(1, losses(0, Loss.NOBODY));
    bridges.checkNothingWaits();
  }
}
