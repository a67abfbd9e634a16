package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bus.Departure;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;

/** Tests what a bridge makes of the frames of a peer, right and wrong ones. */
class BridgeFramesTest extends InMemory {
  private static final long VERTX = 40;
  private static final long NUMBER_OF_X = 1;

  private final List<PeerInHand> peers = new ArrayList<>();
  private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();

  /** Node 0, and a peer that a test moves by hand. */
  private PeerInHand peer(boolean available) throws Exception {
    bridges.add(0, "one", X, X).bridge().onPeerEvent(events::add);
    bridges.start();
    return another("one", "peer", VERTX, available);
  }

  private PeerInHand another(String bus, String name, long vertx, boolean available)
      throws Exception {
    PeerInHand peer = new PeerInHand(bridges, bus, name, vertx, 1 << 20, available);
    peers.add(peer);
    return peer;
  }

  @AfterEach
  void peersLeave() throws Exception {
    for (PeerInHand peer : peers) {
      peer.close();
    }
    bridges.settle();
  }

  private static MultiMap header(String value) {
    return MultiMap.caseInsensitiveMultiMap().set("h", value);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 2, 3, Integer.MAX_VALUE})
  void anAddressThatWasNeverExportedIsRefused(int number) throws Exception {
    PeerInHand peer = peer(false);
    consumer(0);
    peer.message("0", m -> m.to(FrameKind.SEND, number, 0).body(null, "s"));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, number, 1).body(null, "p"));
    assertEquals(List.of(), List.copyOf(peer.got), "nobody waits for these");
    peer.message("0", m -> m.to(FrameKind.REQUEST, number, 77).body(null, "r"));
    PeerInHand.Got reply = peer.next();
    assertEquals(77, reply.replyTo());
    assertEquals(Failures.NOT_EXPORTED, reply.failure().failureCode());
    assertEquals("Node '0' does not export address number " + number, reply.failure().getMessage());
    assertEquals(3, losses(0, Loss.NOT_EXPORTED));
    assertEquals(List.of(), List.copyOf(handled));
    // The peer is as good as before.
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 78).body(null, "r"));
    assertEquals("0", peer.next().body());
  }

  static Stream<Arguments> faults() {
    FrameWriter twice = ControlFrames.export(1, "y", true);
    return Stream.of(
        Arguments.of(twice, "export number 1, 'y', is announced twice"),
        Arguments.of(ControlFrames.export(2, "x", true), "number 2, 'x', is announced twice"),
        Arguments.of(
            ControlFrames.hello(new ControlFrames.Hello(1, 2, 4, 8, "peer")), "frame of kind 1"),
        Arguments.of(ControlFrames.bare(FrameKind.WITHDRAW), "export of 4 bytes"),
        Arguments.of(ControlFrames.bare(FrameKind.SEND), "head of 8 bytes where 4 are left"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aPeerThatBreaksTheRulesIsCutOffAlone(FrameWriter frame, String why) throws Exception {
    PeerInHand peer = peer(true);
    PeerInHand other = another("one", "other", 42, true);
    events.clear();
    peer.send("0", frame);
    assertEquals(1, events.size(), events::toString);
    PeerEvent event = events.remove();
    assertEquals("peer", event.node());
    assertEquals(PeerEvent.State.DOWN, event.state());
    assertEquals(Departure.Reason.CUT_OFF, event.departure().why());
    assertTrue(event.departure().detail().contains(why), event.departure().detail());
    assertEquals(1, bridges.member(0).bridge().counters().lostPeers.sum());
    bus(0).send("x", "s");
    bridges.settle();
    assertEquals("s", other.next().body());
  }

  @Test
  void aPeerMayWithdrawAndExportAgainUnderAnotherNumber() throws Exception {
    PeerInHand peer = peer(true);
    events.clear();
    peer.send("0", ControlFrames.withdraw(1));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(bus(0).request("x", "nobody")).failureType());
    peer.send("0", ControlFrames.export(7, "x", true));
    bus(0).send("x", "s");
    bridges.settle();
    assertEquals(7, peer.next().target());
    assertEquals(List.of(List.of(), X), events.stream().map(PeerEvent::exports).toList());
    // The old number is never used again.
    peer.send("0", ControlFrames.export(1, "y", true));
    assertEquals(PeerEvent.State.DOWN, List.copyOf(events).get(2).state());
  }

  @Test
  void whatAPeerSaysOfAnUnknownNumberChangesNothing() throws Exception {
    PeerInHand peer = peer(false);
    events.clear();
    peer.send("0", ControlFrames.withdraw(9));
    peer.send("0", ControlFrames.available(9, true));
    peer.send("0", ControlFrames.available(9, false));
    assertEquals(List.of(), List.copyOf(events));
    assertEquals(0, bridges.available(0, "x").size());
    peer.send("0", ControlFrames.available(1, true));
    bridges.awaitAvailable(0, "x", "peer");
    peer.send("0", ControlFrames.available(1, false));
    assertEquals(0, bridges.available(0, "x").size());
  }

  @Test
  void exportsOfTheStartAreReportedTogether() throws Exception {
    PeerInHand peer = peer(true);
    assertEquals(
        List.of(PeerEvent.State.UP, PeerEvent.State.CHANGED),
        events.stream().map(PeerEvent::state).toList());
    assertEquals(List.of(List.of(), X), events.stream().map(PeerEvent::exports).toList());
    assertTrue(events.stream().allMatch(e -> e.node().equals("peer") && e.departure() == null));
    events.clear();
    for (int number = 2; number < 4; number++) {
      peer.send("0", ControlFrames.export(number, "more" + number, true));
    }
    assertEquals(
        List.of(List.of("x", "more2"), List.of("x", "more2", "more3")),
        events.stream().map(PeerEvent::exports).toList());
  }

  @Test
  void aPublishIsDeliveredOnceWhicheverWayItComes() throws Exception {
    PeerInHand peer = peer(false);
    PeerInHand other = another("one", "other", 42, false);
    consumer(0);
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).body(null, "direct"));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).body(null, "again"));
    assertEquals(1, losses(0, Loss.DUPLICATE));
    other.message(
        "0", m -> m.to(FrameKind.PUBLISH, 1, 5).relayed(new long[] {VERTX}).body(null, "late"));
    assertEquals(2, losses(0, Loss.DUPLICATE));
    other.message(
        "0", m -> m.to(FrameKind.PUBLISH, 1, 6).relayed(new long[] {VERTX}).body(null, "first"));
    peer.message("0", m -> m.to(FrameKind.PUBLISH, 1, 6).body(null, "then"));
    assertEquals(3, losses(0, Loss.DUPLICATE));
    // Another Vert.x counts on its own.
    other.message("0", m -> m.to(FrameKind.PUBLISH, 1, 6).body(null, "other's"));
    long own = Hub.of(bridges.vertx(0)).local().incarnation();
    other.message(
        "0", m -> m.to(FrameKind.PUBLISH, 1, 9).relayed(new long[] {own}).body(null, "round"));
    assertEquals(3, losses(0, Loss.DUPLICATE), "what comes round is not worth a word");
    assertEquals(List.of("0:direct", "0:first", "0:other's"), List.copyOf(handled));
    assertEquals(3, bridges.member(0).bridge().counters().received.sum());
    assertEquals(List.of(), List.copyOf(peer.got));
  }

  @Test
  void aReplyIsTakenOnce() throws Exception {
    PeerInHand peer = peer(true);
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    PeerInHand.Got asked = peer.next();
    assertEquals(FrameKind.REQUEST, asked.kind());
    assertEquals("r", asked.body());
    for (long invented : new long[] {0, -1, asked.correlation() + 1, ~asked.correlation()}) {
      peer.message("0", m -> m.reply(invented, 0).body(null, "invented"));
    }
    assertFalse(request.isComplete());
    peer.message("0", m -> m.reply(asked.correlation(), 0).body(header("1"), "right"));
    assertEquals("right", request.result().body());
    assertEquals("1", request.result().headers().get("h"));
    assertEquals(1, bridges.member(0).bridge().counters().received.sum());
    peer.message("0", m -> m.reply(asked.correlation(), 0).body(null, "late"));
    assertEquals(1, bridges.member(0).bridge().counters().received.sum());
    assertEquals(List.of(), List.copyOf(peer.got));
    bridges.checkNothingWaits();
  }

  @Test
  void aReplyMayAskForAReply() throws Exception {
    PeerInHand peer = peer(true);
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    long asked = peer.next().correlation();
    peer.message("0", m -> m.reply(asked, 12).body(null, "and you?"));
    request.result().reply("me too");
    bridges.settle();
    PeerInHand.Got answer = peer.next();
    assertEquals(List.of(12L, 0L), List.of(answer.replyTo(), answer.correlation()));
    assertEquals("me too", answer.body());
    bridges.checkNothingWaits();
  }

  @Test
  void aReplyThatCanNotBeDecodedFailsBothSides() throws Exception {
    PeerInHand peer = peer(true);
    Object unknown = EncodedBody.of(new PointCodec("peer's"), new PointCodec.Point(1, 2));
    for (long correlation : new long[] {0, 12}) {
      Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
      bridges.settle();
      long asked = peer.next().correlation();
      peer.message("0", m -> m.reply(asked, correlation).body(null, unknown));
      ReplyException failure = failure(request);
      assertEquals(Failures.CODEC, failure.failureCode());
      assertTrue(failure.getMessage().contains("'peer's'"), failure::getMessage);
      if (correlation == 0) {
        assertEquals(List.of(), List.copyOf(peer.got));
      } else {
        PeerInHand.Got said = peer.next();
        assertEquals(correlation, said.replyTo());
        assertEquals(Failures.CODEC, said.failure().failureCode());
      }
    }
    assertEquals(2, losses(0, Loss.CODEC));
    assertEquals(0, bridges.member(0).bridge().counters().received.sum());
    bridges.checkNothingWaits();
  }

  @Test
  void onlyWhatWasSentMayComeBack() throws Exception {
    PeerInHand peer = peer(true);
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    PeerInHand.Got asked = peer.next();
    peer.message(
        "0", m -> m.to(FrameKind.REQUEST, 1, asked.correlation() + 1).bounce().body(null, "no"));
    peer.message("0", m -> m.to(FrameKind.SEND, 2, 0).bounce().body(null, "no address"));
    assertFalse(request.isComplete());
    assertEquals(0, losses(0, Loss.NOBODY));
    peer.message(
        "0", m -> m.to(FrameKind.REQUEST, 1, asked.correlation()).bounce().body(null, "r"));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(request).failureType());
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().body(null, "s"));
    assertEquals(2, losses(0, Loss.NOBODY));
    assertEquals(List.of(), List.copyOf(peer.got), "it is not tried again");
    // Its address was withdrawn meanwhile, and another node exports it.
    PeerInHand other = another("one", "other", 42, true);
    peer.send("0", ControlFrames.withdraw(1));
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().body(header("1"), "s"));
    PeerInHand.Got next = other.next();
    assertEquals("s1", next.body() + next.header());
    assertEquals(List.of(VERTX | 1), next.way());
    bridges.checkNothingWaits();
  }

  @Test
  void whatComesBackAfterTheLastNodeHasWithdrawnFails() throws Exception {
    PeerInHand peer = peer(true);
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    long asked = peer.next().correlation();
    peer.send("0", ControlFrames.withdraw(1));
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, asked).bounce().body(null, "r"));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(request).failureType());
    assertEquals(1, losses(0, Loss.NOBODY));
    bridges.checkNothingWaits();
  }

  /** The consumer here has to get it decoded, though it was sent here. */
  @Test
  void whatComesBackIsDecodedForAConsumerHere() throws Exception {
    PeerInHand peer = peer(true);
    for (boolean known : new boolean[] {true, false}) {
      PointCodec codec = new PointCodec("point");
      bus(0).registerCodec(codec);
      DeliveryOptions options =
          new DeliveryOptions().setCodecName("point").setSendTimeout(PATIENT.getSendTimeout());
      Future<Message<Object>> request = bus(0).request("x", new PointCodec.Point(1, 2), options);
      bridges.settle();
      PeerInHand.Got asked = peer.next();
      Object point = EncodedBody.of(codec, new PointCodec.Point(1, 2));
      MessageConsumer<Object> here =
          bridges.consumer(0, "x", m -> m.reply(String.valueOf(m.body())));
      if (!known) {
        bus(0).unregisterCodec("point");
      }
      peer.message(
          "0", m -> m.to(FrameKind.REQUEST, 1, asked.correlation()).bounce().body(null, point));
      if (known) {
        assertTrue(String.valueOf(Await.get(request).body()).contains("1,2"));
        bus(0).unregisterCodec("point");
      } else {
        assertEquals(Failures.CODEC, failure(request).failureCode());
      }
      Await.get(here.unregister());
    }
    assertEquals(1, losses(0, Loss.CODEC));
    bridges.checkNothingWaits();
  }

  /** One peer can't make this node send another what that one refuses. */
  @ParameterizedTest
  @ValueSource(ints = {14, 15, 16})
  void aWayDoesNotGrowBeyondWhatOthersTake(int length) throws Exception {
    PeerInHand peer = peer(true);
    Future<Message<String>> request = bus(0).request("x", "r", PATIENT);
    bridges.settle();
    long asked = peer.next().correlation();
    PeerInHand other = another("one", "other", 42, true);
    long[] way = LongStream.range(0, length).map(i -> 101 + 2 * i).toArray();
    events.clear();
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, asked).bounce().relayed(way).body(null, "r"));
    assertEquals(List.of(), List.copyOf(events), "nobody is cut off");
    if (length < MessageDecoder.MAX_WAY) {
      PeerInHand.Got next = other.next();
      assertEquals(length + 1, next.way().size());
      other.message("0", m -> m.reply(next.correlation(), 0).body(null, "answer"));
      assertEquals("answer", Await.get(request).body());
    } else {
      assertEquals(ReplyFailure.NO_HANDLERS, failure(request).failureType());
      assertEquals(List.of(), List.copyOf(other.got));
    }
    bridges.checkNothingWaits();
  }

  @Test
  void whatHasNoConsumerComesBackAsItWas() throws Exception {
    PeerInHand peer = peer(false);
    for (List<Long> way : List.of(List.<Long>of(), List.of(60L, 63L))) {
      long[] through = way.stream().mapToLong(w -> w).toArray();
      for (int kind : new int[] {FrameKind.SEND, FrameKind.REQUEST}) {
        peer.message(
            "0",
            m ->
                m.to(kind, 1, kind == FrameKind.SEND ? 0 : 5)
                    .relayed(through)
                    .body(header("1"), "as it was"));
        PeerInHand.Got back = peer.next();
        assertTrue(back.bounced());
        assertEquals(kind, back.kind());
        assertEquals(NUMBER_OF_X, back.target());
        assertEquals(kind == FrameKind.SEND ? 0 : 5, back.correlation());
        assertEquals(way, back.way());
        assertEquals("as it was1", back.body() + back.header());
      }
    }
    assertEquals(0, bridges.member(0).bridge().counters().received.sum());
    assertEquals(0, losses(0, Loss.NOBODY));
  }
}
