package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.FrameKind;

/** Tests what a peer is told about consumers: once for each change, and when a message met none. */
class BridgeHintsTest extends InMemory {
  private PeerInHand peer;

  private void join() throws Exception {
    peer = new PeerInHand(bridges, "one", "peer", 40, 1 << 20, false);
  }

  @AfterEach
  void peerLeaves() throws Exception {
    peer.close();
    bridges.settle();
  }

  /** Waits for what a peer hears of node 0, and checks that it hears nothing more. */
  private void assertHeard(String... what) throws Exception {
    Await.until("it hears of it", () -> heard(peer).size() >= what.length);
    bridges.settle();
    assertEquals(List.of(what), heard(peer));
    peer.heard.clear();
  }

  private static List<String> heard(PeerInHand peer) {
    return peer.heard.stream().filter(h -> h.startsWith("0 ")).map(h -> h.substring(2)).toList();
  }

  @Test
  void aChangeIsSaidOnce() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.start();
    join();
    assertHeard("x 1 -");
    MessageConsumer<String> first = consumer(0);
    assertHeard("1 +");
    consumer(0);
    for (int n = 0; n < 3; n++) {
      peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
    }
    Await.get(first.unregister());
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
    assertHeard();
    assertEquals(4, handledBy(0));
    assertEquals(List.of(), List.copyOf(peer.got));
  }

  @Test
  void whoeverMeetsNoConsumerIsToldAndAgainWhenThereIsOne() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.start();
    join();
    assertHeard("x 1 -");
    for (int round = 0; round < 2; round++) {
      MessageConsumer<String> there = consumer(0);
      assertHeard("1 +");
      Await.get(there.unregister());
      bridges.settle();
      assertHeard();
      for (int n = 0; n < 2; n++) {
        peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "s"));
        assertTrue(peer.next().bounced());
      }
      assertHeard("1 -");
    }
  }

  @Test
  void anExportSaysWhetherThereIsAConsumer() throws Exception {
    bridges.consumer(0, "x", m -> {});
    bridges.consumer(0, "with", m -> {});
    bridges.add(0, "one", X, X);
    bridges.start();
    join();
    assertHeard("x 1 +");
    Await.get(bridges.member(0).bridge().export("with"));
    Await.get(bridges.member(0).bridge().export("without"));
    assertHeard("with 2 +", "without 3 -");
    bridges.consumer(0, "without", m -> {});
    assertHeard("3 +");
  }

  @Test
  void aPeerThatComesLaterHearsHowItIsNow() throws Exception {
    bridges.add(0, "one", X, X);
    bridges.start();
    MessageConsumer<String> there = consumer(0);
    join();
    assertHeard("x 1 +");
    Await.get(there.unregister());
    PeerInHand late = new PeerInHand(bridges, "one", "late", 42, 1 << 20, false);
    // The others hear of it too, as it was noticed.
    assertHeard("1 -");
    assertEquals(List.of("x 1 -"), heard(late));
    late.close();
  }
}
