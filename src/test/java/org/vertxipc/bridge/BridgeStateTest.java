package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;

/** Tests what a bridge says about itself, its outlets, and bodies that need a codec. */
class BridgeStateTest extends InMemory {
  private Bridge bridge(int member) {
    return bridges.member(member).bridge();
  }

  @Test
  void itsExportsAreThoseThatPeersHear() throws Exception {
    mesh(2);
    Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
    Consumer<PeerEvent> listening = events::add;
    bridge(0).onPeerEvent(listening);
    assertEquals(Set.of("x"), Await.get(bridge(1).exported()));
    Await.get(bridge(1).export("y"));
    Await.get(bridge(1).export("y"));
    Await.get(bridge(1).withdraw("never"));
    bridges.settle();
    assertEquals(Set.of("x", "y"), Await.get(bridge(1).exported()));
    assertEquals(List.of("x", "y"), exportsOf(Await.get(bridge(0).peers())));
    assertEquals(1, events.size());
    assertEquals(List.of("x", "y"), exportsOf(List.copyOf(events)));
    Await.get(bridge(1).withdraw("x"));
    Await.get(bridge(1).withdraw("x"));
    bridges.settle();
    assertEquals(2, events.size());
    assertEquals(List.of("y"), exportsOf(Await.get(bridge(0).peers())));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(request(0, 1).get(0)).failureType());
    bridge(0).removePeerHandler(listening);
    Await.get(bridge(1).export("x"));
    bridges.settle();
    assertEquals(2, events.size());
  }

  private static List<String> exportsOf(List<PeerEvent> peers) {
    return peers.stream().flatMap(p -> p.exports().stream()).sorted().toList();
  }

  @Test
  void aNodeThatGoesIsNoPeerAnyMore() throws Exception {
    mesh(3);
    Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
    bridge(0).onPeerEvent(events::add);
    assertEquals(
        List.of("1", "2"),
        Await.get(bridge(0).peers()).stream().map(PeerEvent::node).sorted().toList());
    Await.get(bridge(1).stop());
    bridges.bus("one").kill("2");
    bridges.settle();
    assertEquals(List.of(), Await.get(bridge(0).peers()));
    assertEquals(
        List.of(PeerEvent.State.DOWN, PeerEvent.State.DOWN),
        events.stream().map(PeerEvent::state).toList());
    assertEquals(1, bridge(0).counters().lostPeers.sum());
  }

  @Test
  void aBridgeThatHasEndedIsNotStarted() throws Exception {
    mesh(1);
    MemoryBridges.Member never = bridges.add(1, "one", X, X);
    for (MemoryBridges.Member m : List.of(bridges.member(0), never)) {
      Await.get(m.bridge().stop());
      Await.get(m.bridge().stop());
      assertEquals("The bridge is closed", Await.failure(m.bridge().start()).getMessage());
    }
  }

  @Test
  void aRequestThatTimesOutIsForgotten() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    DeliveryOptions soon = new DeliveryOptions().setSendTimeout(5);
    List<Future<?>> requests = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      requests.add(bus(0).request("x", "r", soon));
    }
    bridges.settle();
    assertEquals(3, Await.get(bridge(0).waiting()));
    for (Future<?> request : requests) {
      assertEquals(ReplyFailure.TIMEOUT, failure(request).failureType());
    }
    // A sweep forgets them.
    Await.until("nobody waits", () -> waiting() == 0);
    bridges.bus("one").release("0", "1");
    bridges.settle();
  }

  private int waiting() {
    try {
      return Await.get(bridge(0).waiting());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void requestsFailWhenTheirBridgeEnds() throws Exception {
    mesh(2);
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    Future<Message<String>> request = request(0, 1).get(0);
    bridges.settle();
    Future<Void> stopped = bridge(0).stop();
    ReplyException failure = failure(request);
    assertEquals(Failures.CLOSED, failure.failureCode());
    assertEquals("The bridge is closed", failure.getMessage());
    bridges.bus("one").release("0", "1");
    Await.get(stopped);
    assertEquals(ReplyFailure.NO_HANDLERS, failure(bus(0).request("x", "r")).failureType());
  }

  @Test
  void anOutletWritesToNodesWithAConsumerInTurn() throws Exception {
    mesh(4);
    Outlet outlet = bridge(0).outlet("x", false);
    consumer(0);
    consumer(1);
    consumer(3);
    bridges.awaitAvailable(0, "x", "1", "3");
    for (int n = 0; n < 10; n++) {
      Await.get(outlet.write(null, "o" + n));
    }
    bridges.settle();
    assertEquals(5, handledBy(1));
    assertEquals(5, handledBy(3));
    Outlet all = bridge(0).outlet("x", true);
    Await.get(all.write(null, "p"));
    bridges.settle();
    assertEquals(6, handledBy(1));
    assertEquals(6, handledBy(3));
    assertEquals(0, handledBy(0));
    assertEquals(13, bridge(0).counters().sent.sum());
  }

  @Test
  void whatComesBackToAnOutletGoesToAnotherNodeAndNeverToItsOwn() throws Exception {
    mesh(4);
    Outlet outlet = bridge(0).outlet("x", false);
    MessageConsumer<String> one = consumer(1);
    consumer(0);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    for (int n = 0; n < 4; n++) {
      Await.get(outlet.write(null, "o" + n));
    }
    bridges.settle();
    Await.get(one.unregister());
    MessageConsumer<String> three = consumer(3);
    bridges.awaitAvailable(0, "x", "1", "3");
    bridges.bus("one").release("0", "1");
    bridges.settle();
    assertEquals(4, handledBy(3));
    assertEquals(4, handled.size());
    Await.get(three.unregister());
    Await.get(outlet.write(null, "nobody"));
    bridges.settle();
    assertEquals(4, handled.size());
    assertEquals(1, losses(0, Loss.NOBODY));
  }

  @Test
  void whatComesBackToAnOutletGoesToANodeWithAConsumer() throws Exception {
    mesh(5);
    Outlet outlet = bridge(0).outlet("x", false);
    MessageConsumer<String> one = consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    bridges.bus("one").hold("0", "1");
    Await.get(outlet.write(null, "o"));
    Await.get(one.unregister());
    consumer(3);
    bridges.awaitAvailable(0, "x", "1", "3");
    bridges.bus("one").release("0", "1");
    bridges.settle();
    assertEquals(1, handledBy(3));
    assertEquals(2, bridge(0).counters().sent.sum(), "no other node was asked");
  }

  @Test
  void anOutletIsFullWhileItsPeerIs() throws Exception {
    littleRoom();
    Outlet outlet = bridge(0).outlet("x", false);
    AtomicInteger drained = new AtomicInteger();
    int written = 0;
    int refused = 0;
    for (int n = 0; n < 20; n++) {
      Future<Void> write = outlet.write(null, n + "-".repeat(900));
      Await.settled(write);
      written += write.succeeded() ? 1 : 0;
      refused += write.failed() ? 1 : 0;
    }
    assertTrue(written > 0 && refused > 0, written + " written");
    bridges.settle();
    assertTrue(outlet.isFull());
    outlet.drainHandler(v -> drained.incrementAndGet());
    bridges.settle();
    assertEquals(0, drained.get());
    bridges.bus("one").release("0", "1");
    Await.until("it drains", () -> drained.get() == 1);
    bridges.settle();
    assertFalse(outlet.isFull());
    assertEquals(written, handledBy(1));
    assertEquals(written, bridge(0).counters().sent.sum());
    assertEquals(written, bridge(1).counters().received.sum());
  }

  /** On the loop of the bridge no other thread is in between. */
  @Test
  void whatTheLoopItselfSendsFailsLikeAnything() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", X, X, new MemoryBridges.Settings(1_000, 1 << 20, Map.of()));
    bridges.start();
    consumer(1);
    bridges.awaitAvailable(0, "x", "1");
    Future<Message<String>> request =
        Future.future(
            done ->
                bridges
                    .member(0)
                    .context()
                    .runOnContext(
                        v ->
                            bus(0)
                                .<String>request("x", "-".repeat(2_000), PATIENT)
                                .onComplete(done)));
    assertEquals(Failures.TOO_LARGE, failure(request).failureCode());
    bridges.checkNothingWaits();
  }

  @Test
  void eachConsumerOfAPublishHasABodyOfItsOwn() throws Exception {
    mesh(2);
    Queue<Message<JsonObject>> had = new ConcurrentLinkedQueue<>();
    for (int c = 0; c < 3; c++) {
      bridges.<JsonObject>consumer(1, "x", had::add);
    }
    DeliveryOptions options = new DeliveryOptions().addHeader("h", "1");
    bus(0).publish("x", new JsonObject().put("k", "v"), options);
    bridges.settle();
    List<Message<JsonObject>> all = List.copyOf(had);
    assertEquals(3, all.size());
    for (int i = 0; i < 3; i++) {
      assertEquals("v", all.get(i).body().getString("k"));
      assertEquals("1", all.get(i).headers().get("h"));
      assertNotSame(all.get(i).body(), all.get((i + 1) % 3).body());
      assertNotSame(all.get(i).headers(), all.get((i + 1) % 3).headers());
    }
    assertEquals(1, bridge(1).counters().received.sum());
    assertEquals(1, bridge(0).counters().sent.sum());
  }

  @Test
  void aBodyOfAUsersCodecComesWhereThatIsKnown() throws Exception {
    mesh(2);
    String known = "known" + System.nanoTime();
    String unknown = "unknown" + System.nanoTime();
    bus(0).registerCodec(new PointCodec(known)).registerCodec(new PointCodec(unknown));
    bus(1).registerCodec(new PointCodec(known));
    Queue<Object> had = new ConcurrentLinkedQueue<>();
    for (int c = 0; c < 2; c++) {
      bridges.consumer(
          1,
          "x",
          m -> {
            had.add(m.body());
            m.reply(Buffer.buffer("ok"));
          });
    }
    bridges.awaitAvailable(0, "x", "1");
    for (String codec : List.of(known, unknown)) {
      DeliveryOptions options = new DeliveryOptions().setCodecName(codec).setSendTimeout(25_000);
      PointCodec.Point point = new PointCodec.Point(1, 2);
      bus(0).publish("x", point, options);
      bus(0).send("x", point, options);
      Future<Message<Object>> request = bus(0).request("x", point, options);
      if (codec.equals(known)) {
        assertEquals(Buffer.buffer("ok"), Await.get(request).body());
      } else {
        ReplyException failure = failure(request);
        assertEquals(Failures.CODEC, failure.failureCode());
        assertTrue(
            failure.getMessage().contains("'" + unknown + "' is registered on node '1'"),
            failure::getMessage);
      }
    }
    bridges.settle();
    assertEquals(4, had.size());
    assertTrue(had.stream().allMatch(b -> b.equals(new PointCodec.Seen("1,2"))), had::toString);
    assertEquals(3, losses(1, Loss.CODEC));
    bus(0).unregisterCodec(known).unregisterCodec(unknown);
    bus(1).unregisterCodec(known);
  }

  @Test
  void aPublishThatComesOverTwoBusesIsDeliveredOnce() throws Exception {
    bridges.add(0, "a", X, X);
    bridges.add(1, "a", X, X);
    bridges.add(1, "b", X, X);
    bridges.add(0, "b", X, X);
    bridges.start();
    consumer(1);
    bus(0).publish("x", "p");
    bridges.settle();
    assertEquals(1, handledBy(1));
    long received = bridge(1).counters().received.sum() + bridge(2).counters().received.sum();
    assertEquals(1, received);
  }
}
