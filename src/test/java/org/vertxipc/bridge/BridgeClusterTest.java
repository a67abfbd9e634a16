package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.FrameKind;

/** Tests a bridge of a clustered Vert.x, which is the only node of its cluster, with a peer. */
class BridgeClusterTest extends InMemory {
  // The tests share a Vert.x, which remembers the numbers of what this one has published.
  private static final long VERTX = 40;
  private static final String TRAIL = "ipc-trail";
  private static LoneCluster cluster;

  private final Queue<Message<Object>> had = new ConcurrentLinkedQueue<>();
  private PeerInHand peer;

  @BeforeAll
  static void clusterOfOne() throws Exception {
    cluster = POOL.addClustered();
  }

  private void start(boolean available) throws Exception {
    bridges.add(0, "one", X, X);
    bridges.start();
    peer = new PeerInHand(bridges, "one", "peer", VERTX, 1 << 20, available);
  }

  @AfterEach
  void peerLeaves() throws Exception {
    if (peer != null) {
      peer.close();
      bridges.settle();
    }
  }

  private MessageConsumer<Object> keeps() throws Exception {
    MessageConsumer<Object> consumer = bridges.consumer(0, "x", had::add);
    Await.get(consumer.completion());
    return consumer;
  }

  private static MultiMap header() {
    return MultiMap.caseInsensitiveMultiMap().set("h", "1");
  }

  private String sent(Message<?> message) {
    return message.body() + message.headers().get("h") + " " + message.headers().get(TRAIL);
  }

  private static String here() {
    return Long.toHexString(Hub.of(POOL.get(0)).local().incarnation());
  }

  @Test
  void messagesGoThroughTheClusterMarked() throws Exception {
    start(false);
    keeps();
    keeps();
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(header(), "s"));
    assertEquals("s1 s:" + here(), sent(had.remove()));
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(new long[] {60}).body(header(), "s"));
    assertEquals("s1 s:3c:" + here(), sent(had.remove()));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).body(header(), "p"));
    assertEquals(2, had.size());
    assertEquals("p1 p:28:5", sent(had.remove()));
    assertEquals("p1 p:28:5", sent(had.remove()));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).body(null, "again"));
    assertEquals(0, had.size());
    assertEquals(3, bridges.member(0).bridge().counters().received.sum());
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(header(), "r"));
    assertEquals("r1 s:" + here(), sent(had.peek()));
    had.remove().reply("reply", new DeliveryOptions().addHeader("h", "2"));
    bridges.settle();
    PeerInHand.Got reply = peer.next();
    assertEquals(List.of(7L, 0L), List.of(reply.replyTo(), reply.correlation()));
    assertEquals("reply2", reply.body() + reply.header());
    bridges.checkNothingWaits();
  }

  @Test
  void whatHasNoConsumerInTheClusterComesBack() throws Exception {
    start(false);
    // If it had the address, it would be asked.
    peer.send("0", ControlFrames.withdraw(1));
    for (int kind : new int[] {FrameKind.SEND, FrameKind.REQUEST}) {
      peer.message("0", m -> m.to(kind, 1, 0).body(header(), "back"));
      PeerInHand.Got back = peer.next();
      assertTrue(back.bounced());
      assertEquals("back1", back.body() + back.header());
      assertEquals(List.of(), back.way());
    }
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 7).body(null, "p"));
    Await.get(bridges.member(0).bridge().withdraw("x"));
    keeps();
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "withdrawn"));
    assertTrue(peer.next().bounced());
    assertEquals(0, had.size());
  }

  @Test
  void aConsumerMayFailOrAskInTurn() throws Exception {
    start(false);
    keeps();
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(null, "r"));
    had.remove().fail(42, "no");
    bridges.settle();
    PeerInHand.Got failed = peer.next();
    assertEquals(7, failed.replyTo());
    assertEquals(42, failed.failure().failureCode());
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, failed.failure().failureType());
    assertEquals("no", failed.failure().getMessage());
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 8).body(null, "r"));
    Future<Message<Object>> asked = had.remove().replyAndRequest("and you?", PATIENT);
    bridges.settle();
    PeerInHand.Got question = peer.next();
    assertEquals(8, question.replyTo());
    peer.message("0", m -> m.reply(question.correlation(), 9).body(header(), "me too"));
    assertEquals("me too1 null", sent(Await.get(asked)));
    Await.get(asked).reply("good");
    bridges.settle();
    PeerInHand.Got last = peer.next();
    assertEquals(List.of(9L, 0L), List.of(last.replyTo(), last.correlation()));
    assertEquals("good", last.body());
    bridges.checkNothingWaits();
  }

  @Test
  void whatCanNotBeDecodedFails() throws Exception {
    start(true);
    keeps();
    Object unknown = EncodedBody.of(new PointCodec("peer's"), new PointCodec.Point(1, 2));
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, unknown));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 6).body(null, unknown));
    assertEquals(List.of(), List.copyOf(peer.got));
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(null, unknown));
    assertEquals(Failures.CODEC, peer.next().failure().failureCode());
    assertEquals(3, losses(0, Loss.CODEC));
    assertEquals(0, had.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSentInTheClusterReachesAPeer(boolean available) throws Exception {
    start(available);
    bus(0).send("x", "s", new DeliveryOptions().addHeader("h", "1"));
    bridges.settle();
    PeerInHand.Got sent = peer.next();
    assertEquals("s1", sent.body() + sent.header());
    assertEquals(List.of(), sent.way());
    bus(0).publish("x", "p");
    bridges.settle();
    assertEquals("p", peer.next().body());
    Future<Message<Object>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    long asked = peer.next().correlation();
    peer.message("0", m -> m.reply(asked, 0).body(header(), "reply"));
    assertEquals("reply1 null", sent(Await.get(request)));
    // What has come through the cluster keeps its way.
    String trail = "s:3c:3e";
    bus(0).send("x", "passed on", new DeliveryOptions().addHeader(TRAIL, trail));
    bridges.settle();
    PeerInHand.Got next = peer.next();
    assertEquals(List.of(60L, 62L), next.way().subList(0, 2));
    assertNull(next.header());
    bridges.checkNothingWaits();
  }

  @Test
  void aRequestThatNobodyTakesFails() throws Exception {
    start(true);
    Future<Message<Object>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    PeerInHand.Got asked = peer.next();
    peer.message(
        "0", m -> m.to(FrameKind.REQUEST, 1, asked.correlation()).bounce().body(null, "r"));
    ReplyException failure = failure(request);
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    bridges.checkNothingWaits();
  }

  private static DeliveryOptions trail(String trail) {
    return new DeliveryOptions().addHeader(TRAIL, trail).addHeader("h", "1");
  }

  @Test
  void whatWasPublishedElsewhereInTheClusterIsPassedOnOnce() throws Exception {
    start(false);
    bus(0).publish("x", "p", trail("p:3c:9"));
    bridges.settle();
    PeerInHand.Got next = peer.next();
    assertEquals(FrameKind.PUBLISH, next.kind());
    assertEquals(List.of(60L), next.way());
    assertEquals(9, next.number());
    assertEquals("p1", next.body() + next.header());
    bus(0).publish("x", "again", trail("p:3c:9"));
    // The peer made it itself, or this Vert.x did.
    bus(0).publish("x", "round", trail("p:28:9"));
    bus(0).publish("x", "round", trail("p:" + here() + ":9"));
    bridges.settle();
    assertEquals(List.of(), List.copyOf(peer.got));
    // What comes by the bus is a copy, too.
    keeps();
    peer.message(
        "0", m -> m.to(FrameKind.PUBLISH, 1, 9).relayed(new long[] {60}).body(null, "copy"));
    assertEquals(0, had.size());
  }

  /** A user has set the header. */
  @ParameterizedTest
  @ValueSource(strings = {"s:high", "s:3c:", "p:3c", "p:3c:9:9", "x:3c:9"})
  void aTrailThatIsNoneHarmsNobody(String trail) throws Exception {
    start(true);
    bus(0).send("x", "s", trail(trail));
    bus(0).publish("x", "p", trail(trail));
    bridges.settle();
    peer.got.clear();
    bus(0).send("x", "good");
    bridges.settle();
    assertEquals("good", peer.next().body());
    assertEquals(trail.equals("s:high") ? 1 : 0, losses(0, Loss.CODEC));
  }

  /** A consumer here comes before nodes of the bus. */
  @Test
  void whatCameThroughTheClusterGoesToAConsumerHere() throws Exception {
    start(true);
    keeps();
    for (int n = 0; n < 6; n++) {
      bus(0).send("x", "s", trail("s:3c:3e"));
    }
    bridges.settle();
    assertEquals(6, had.size());
    assertEquals(List.of(), List.copyOf(peer.got));
  }

  @Test
  void aRequestOfTheClusterThatComesBackFails() throws Exception {
    start(true);
    DeliveryOptions passedOn =
        new DeliveryOptions().addHeader(TRAIL, "s:3c:3e").setSendTimeout(25_000);
    Future<Message<Object>> request = bus(0).request("x", "r", passedOn);
    bridges.settle();
    PeerInHand.Got asked = peer.next();
    long[] way = asked.way().stream().mapToLong(w -> w).toArray();
    peer.message(
        "0",
        m -> m.to(FrameKind.REQUEST, 1, asked.correlation()).bounce().relayed(way).body(null, "r"));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(request).failureType());
    bridges.checkNothingWaits();
  }

  /** Other hosts would choose this node in vain. */
  @Test
  void anAddressIsAnnouncedWhileAPeerHasAConsumer() throws Exception {
    start(false);
    assertEquals(0, cluster.announced("x"));
    peer.send("0", ControlFrames.available(1, true));
    assertEquals(1, cluster.announced("x"));
    peer.send("0", ControlFrames.available(1, true));
    assertEquals(1, cluster.announced("x"));
    peer.send("0", ControlFrames.available(1, false));
    assertEquals(0, cluster.announced("x"));
    peer.send("0", ControlFrames.available(1, true));
    assertEquals(1, cluster.announced("x"));
    peer.send("0", ControlFrames.withdraw(1));
    assertEquals(0, cluster.announced("x"));
  }

  /** In a cluster there may always be a consumer, on another host. */
  @Test
  void itAlwaysSaysThatItHasAConsumer() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.add(1, "one", X, X);
    bridges.start();
    bridges.awaitAvailable(1, "x", "0");
    Await.get(bridges.member(0).bridge().export("y"));
    bridges.settle();
    ReplyException failure = failure(bus(1).request("x", "r", PATIENT));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    assertEquals(List.of("0"), List.copyOf(bridges.available(1, "x")));
  }

  @Test
  void storedMessagesGoThroughTheCluster() throws Exception {
    bridges.bus("one").keep("0");
    bridges.add(1, "one", List.of(), X);
    bridges.add(0, "one", X, X);
    bridges.start();
    for (int n = 0; n < 3; n++) {
      bus(1).send("x", "s" + n, new DeliveryOptions().addHeader("h", "1"));
    }
    bridges.settle();
    assertEquals(3, bridges.bus("one").stored("0"), "nobody in the cluster takes them");
    keeps();
    Await.until("all are done", () -> bridges.bus("one").stored("0") == 0);
    bridges.settle();
    assertEquals(3, had.size());
    for (Message<Object> message : had) {
      assertEquals("s:" + here(), message.headers().get(TRAIL));
      assertEquals("1", message.headers().get("h"));
    }
    had.clear();
    keeps();
    bus(1).publish("x", "p");
    bridges.settle();
    assertEquals(List.of("p", "p"), had.stream().map(Message::body).toList());
    assertTrue(had.peek().headers().get(TRAIL).startsWith("p:" + here() + ":"));
    assertEquals(0, bridges.bus("one").stored("0"));
    bus(1).send("x", "one of two");
    bridges.settle();
    assertEquals(3, had.size());
    assertEquals(0, bridges.bus("one").stored("0"));
  }
}
