package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.FrameKind;

/** Tests what a gateway passes on, as the peers on both sides of it see that. */
class BridgeGatewayTest extends InMemory {
  private static final long LEFT = 40;
  private static final long RIGHT = 50;
  private static final MultiMap HEADER = MultiMap.caseInsensitiveMultiMap().set("h", "1");

  private final List<PeerInHand> peers = new ArrayList<>();
  private PeerInHand left;
  private PeerInHand right;
  private long gateway;

  /** Node 0 on two buses, and a peer on each. */
  private void gateway(boolean available) throws Exception {
    bridges.add(0, "left", X, X);
    bridges.add(0, "right", X, X);
    bridges.start();
    gateway = Hub.of(bridges.vertx(0)).local().incarnation();
    left = peer("left", "l", LEFT, available);
    right = peer("right", "r", RIGHT, available);
  }

  private int waiting() throws Exception {
    return Await.get(bridges.member(1).bridge().waiting());
  }

  /** A requester has a time of its own: a gateway forgets it, and no reply finds it any more. */
  @Test
  void aRequestThatWasPassedOnIsForgottenWhenItsTimeIsOver() throws Exception {
    long timeout = 300;
    bridges.add(0, "left", X, X, MemoryBridges.Settings.PLAIN.replyTimeout(timeout));
    bridges.add(0, "right", X, X);
    bridges.start();
    left = peer("left", "l", LEFT, true);
    right = peer("right", "r", RIGHT, true);
    long before = System.nanoTime();
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(null, "q"));
    PeerInHand.Got asked = right.next();
    assertEquals(1, waiting());
    Await.until(
        "forgotten",
        () -> {
          try {
            return waiting() == 0;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertTrue(System.nanoTime() - before >= TimeUnit.MILLISECONDS.toNanos(timeout));
    right.message("0", m -> m.reply(asked.correlation(), 0).body(null, "late"));
    assertNothingMore();
  }

  private PeerInHand peer(String bus, String name, long vertx, boolean available) throws Exception {
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

  private void assertNothingMore() throws Exception {
    bridges.settle();
    for (PeerInHand peer : peers) {
      assertEquals(List.of(), List.copyOf(peer.got));
    }
    bridges.checkNothingWaits();
  }

  private static long[] way(Long... entries) {
    return LongStream.of(List.of(entries).stream().mapToLong(e -> e).toArray()).toArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSendGoesOnWithItsWay(boolean available) throws Exception {
    gateway(available);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(HEADER, "s"));
    PeerInHand.Got next = right.next();
    assertEquals(FrameKind.SEND, next.kind());
    assertEquals("s1", next.body() + next.header());
    assertEquals(List.of(LEFT, gateway), next.way());
    // Its sender has it from elsewhere, and is not named twice.
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way(60L, LEFT)).body(null, "s"));
    assertEquals(List.of(60L, LEFT, gateway), right.next().way());
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way(60L)).body(null, "s"));
    assertEquals(List.of(60L, LEFT, gateway), right.next().way());
    // It has been there.
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way(RIGHT, LEFT)).body(null, "s"));
    assertTrue(left.next().bounced());
    left.message(
        "0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way(60L, RIGHT | 1, LEFT)).body(null, "s"));
    assertTrue(left.next().bounced());
    assertNothingMore();
    assertEquals(0, losses(0, Loss.NOBODY));
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16})
  void aWayHasAnEnd(int length) throws Exception {
    gateway(true);
    long[] way = LongStream.range(0, length).map(i -> 100 + 2 * i).toArray();
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way).body(null, "s"));
    // The left node and the gateway are to be added, and at most 16 are allowed.
    if (length <= 14) {
      assertEquals(length + 2, right.next().way().size());
    } else {
      PeerInHand.Got back = left.next();
      assertTrue(back.bounced());
      assertEquals(length, back.way().size());
    }
    assertNothingMore();
  }

  @Test
  void aSendThatComesBackGoesBackTheWayItCame() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).relayed(way(60L, LEFT)).body(HEADER, "s"));
    PeerInHand.Got there = right.next();
    long[] way = there.way().stream().mapToLong(w -> w).toArray();
    right.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().relayed(way).body(HEADER, "s"));
    PeerInHand.Got back = left.next();
    assertTrue(back.bounced());
    assertEquals(1, back.target());
    assertEquals("s1", back.body() + back.header());
    assertEquals(List.of(60L, LEFT), back.way());
    assertNothingMore();
    assertEquals(0, losses(0, Loss.NOBODY) + losses(1, Loss.NOBODY));
  }

  @Test
  void aSendThatComesBackGoesToAnotherNodeFirst() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
    long[] way = right.next().way().stream().mapToLong(w -> w).toArray();
    PeerInHand other = peer("right", "o", 52, true);
    peer("left", "a neighbour of its sender", 54, true);
    right.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().relayed(way).body(null, "s"));
    PeerInHand.Got next = other.next();
    assertEquals(List.of(LEFT, gateway, RIGHT | 1), next.way());
    long[] onward = next.way().stream().mapToLong(w -> w).toArray();
    other.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().relayed(onward).body(null, "s"));
    // Nodes on the bus of its sender are its sender's to try.
    assertTrue(left.next().bounced());
    assertNothingMore();
  }

  /** Nothing is known of them yet but their names. */
  @Test
  void nodesThatHaveSaidNothingYetHoldNobodyUp() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
    long[] way = right.next().way().stream().mapToLong(w -> w).toArray();
    bridges.member(0).bridge().setPaused(true);
    for (int n = 0; n < 8; n++) {
      peer("left", "silent" + n, 60 + 2 * n, true);
    }
    right.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().relayed(way).body(null, "s"));
    assertTrue(left.next().bounced());
    bridges.member(0).bridge().setPaused(false);
    assertNothingMore();
  }

  /** Where it came from is gone, and nobody else can have it. */
  @Test
  void aSendThatCanNotGoBackIsCounted() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
    long[] way = right.next().way().stream().mapToLong(w -> w).toArray();
    peers.remove(left);
    left.close();
    bridges.settle();
    right.message("0", m -> m.to(FrameKind.SEND, 1, 0).bounce().relayed(way).body(null, "s"));
    assertNothingMore();
    assertEquals(1, losses(1, Loss.NOBODY));
  }

  /** What has come without one does not get that of the address here. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void aPriorityStaysAsItCame(int priority) throws Exception {
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, true), 1);
    MemoryBridges.Settings three = new MemoryBridges.Settings(1 << 20, 1 << 20, Map.of("x", 3));
    bridges.add(0, "left", X, X, three);
    bridges.add(0, "right", X, X, three);
    bridges.start();
    left = peer("left", "l", LEFT, true);
    right = peer("right", "r", RIGHT, true);
    left.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s").priority(priority));
    assertEquals(priority, right.next().priority());
    left.message("0", m -> m.to(FrameKind.PUBLISH, 1, 8).body(null, "p").priority(priority));
    assertEquals(priority, right.next().priority());
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 5).body(null, "r").priority(priority));
    PeerInHand.Got asked = right.next();
    assertEquals(priority, asked.priority());
    right.message("0", m -> m.reply(asked.correlation(), 0).body(null, "reply").priority(priority));
    assertEquals(priority, left.next().priority());
  }

  @Test
  void aRequestGoesOnAndItsReplyComesBack() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(HEADER, "r"));
    PeerInHand.Got there = right.next();
    assertEquals("r1", there.body() + there.header());
    right.message("0", m -> m.reply(there.correlation(), 9).body(HEADER, "and you?"));
    PeerInHand.Got reply = left.next();
    assertEquals(7, reply.replyTo());
    assertEquals("and you?1", reply.body() + reply.header());
    left.message("0", m -> m.reply(reply.correlation(), 0).body(null, "me too"));
    PeerInHand.Got answer = right.next();
    assertEquals(List.of(9L, 0L), List.of(answer.replyTo(), answer.correlation()));
    assertEquals("me too", answer.body());
    assertNothingMore();
  }

  @Test
  void aRequestThatComesBackGoesBackUnderItsCorrelation() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(HEADER, "r"));
    PeerInHand.Got there = right.next();
    long[] way = there.way().stream().mapToLong(w -> w).toArray();
    right.message(
        "0",
        m ->
            m.to(FrameKind.REQUEST, 1, there.correlation())
                .bounce()
                .relayed(way)
                .body(HEADER, "r"));
    PeerInHand.Got back = left.next();
    assertTrue(back.bounced());
    assertEquals(List.of(1L, 7L), List.of((long) back.target(), back.correlation()));
    assertEquals(List.of(LEFT), back.way());
    assertEquals("r1", back.body() + back.header());
    assertNothingMore();
  }

  /** Its sender knows the address under no number any more. */
  @Test
  void aRequestThatComesBackAfterItsAddressWasWithdrawnFails() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(null, "r"));
    PeerInHand.Got there = right.next();
    Await.get(bridges.member(0).bridge().withdraw("x"));
    long[] way = there.way().stream().mapToLong(w -> w).toArray();
    right.message(
        "0",
        m -> m.to(FrameKind.REQUEST, 1, there.correlation()).bounce().relayed(way).body(null, "r"));
    PeerInHand.Got failure = left.next();
    assertEquals(7, failure.replyTo());
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failure().failureType());
    assertEquals(1, losses(0, Loss.NOBODY));
    assertNothingMore();
  }

  /** To the peer, the node that had its request is gone. */
  @Test
  void whoWaitsBehindABridgeThatEndsIsTold() throws Exception {
    gateway(true);
    left.message("0", m -> m.to(FrameKind.REQUEST, 1, 7).body(null, "r"));
    right.next();
    peers.remove(right);
    Await.get(bridges.member(1).bridge().stop());
    right.close();
    bridges.settle();
    PeerInHand.Got failure = left.next();
    assertEquals(7, failure.replyTo());
    assertEquals(Failures.NODE_GONE, failure.failure().failureCode());
    assertEquals("Node '0' left the bus", failure.failure().getMessage());
    assertNothingMore();
  }

  @Test
  void aPublishGoesOverEachOtherBusOnce() throws Exception {
    gateway(false);
    consumer(0);
    PeerInHand other = peer("right", "o", 52, false);
    left.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).body(HEADER, "p"));
    for (PeerInHand each : List.of(right, other)) {
      PeerInHand.Got next = each.next();
      assertEquals(FrameKind.PUBLISH, next.kind());
      assertEquals(List.of(LEFT), next.way());
      assertEquals(5, next.number());
      assertEquals("p1", next.body() + next.header());
    }
    // It comes by the other bus, too: what was sent over a bus is there already.
    right.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).relayed(way(LEFT)).body(null, "p again"));
    left.message("0", m -> m.to(FrameKind.PUBLISH, 1, 5).relayed(way(60L)).body(null, "60's"));
    assertEquals(List.of(60L), right.next().way());
    assertEquals(List.of(60L), other.next().way());
    // Who made it, or sent it here, has it: the others on that bus have not.
    PeerInHand twin = peer("left", "twin", RIGHT, false);
    left.message("0", m -> m.to(FrameKind.PUBLISH, 1, 6).relayed(way(RIGHT)).body(null, "r's"));
    assertEquals(List.of(RIGHT), other.next().way());
    right.message("0", m -> m.to(FrameKind.PUBLISH, 1, 7).relayed(way(62L)).body(null, "62's"));
    assertEquals(List.of(62L), left.next().way());
    assertEquals(List.of(), List.copyOf(twin.got), "it came from that Vert.x");
    assertNothingMore();
    assertEquals(List.of("0:p", "0:60's", "0:r's", "0:62's"), List.copyOf(handled));
  }

  @Test
  void whatComesRoundToItsSenderEndsThere() throws Exception {
    gateway(false);
    right.message(
        "0", m -> m.to(FrameKind.PUBLISH, 1, 3).relayed(way(gateway)).body(null, "round"));
    assertNothingMore();
  }
}
