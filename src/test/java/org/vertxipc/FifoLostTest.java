package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;

/** Stops links to FIFOs with something in them, and looks who is told what becomes of it. */
class FifoLostTest {
  @TempDir Path dir;

  private LinkBridge started(long closeMillis) throws Exception {
    return LinkBridge.started(
        new FifoLinkOptions()
            .setWrite(dir + "/fifo")
            .setName("orders")
            .setSend("out")
            .setEvents("events")
            .setCloseMillis(closeMillis));
  }

  private BufferedReader reader() throws Exception {
    return Files.newBufferedReader(dir.resolve("fifo"));
  }

  /** Returns when the link has taken all that was sent before. */
  private static void sent(LinkBridge bridge) throws Exception {
    Await.failure(bridge.vertx.eventBus().request("out", "is refused, after the others"));
  }

  @Test
  void whatNobodyHasReadIsLostAndTold() throws Exception {
    try (LinkBridge bridge = started(100)) {
      bridge.send("one");
      bridge.send("three");
      sent(bridge);
      Await.get(bridge.bridge().close());
      assertEquals(10, bridge.awaitEvent("lost").getInteger("bytes"));
      assertEquals(1, bridge.events("lost").size());
    }
  }

  @Test
  void whatDoesNotFitCountsToo() throws Exception {
    try (LinkBridge bridge = started(100)) {
      for (int i = 0; i < 100; i++) {
        bridge.send("x".repeat(999));
      }
      sent(bridge);
      Await.get(bridge.bridge().close());
      assertEquals(100_000, bridge.awaitEvent("lost").getInteger("bytes"));
    }
  }

  @Test
  void whoComesInTimeReadsItAll() throws Exception {
    try (LinkBridge bridge = started(600_000)) {
      bridge.send("one");
      sent(bridge);
      Future<Void> closed = bridge.bridge().close();
      try (BufferedReader in = reader()) {
        Await.get(closed);
        assertEquals(List.of("one"), in.lines().toList());
      }
      assertEquals(List.of(), bridge.events("lost"));
    }
  }

  /** A reader that is there reads what is in the FIFO when it likes, after the link too. */
  @Test
  void nobodyWaitsForAReaderThatIsThere() throws Exception {
    try (LinkBridge bridge = started(600_000);
        BufferedReader in = reader()) {
      bridge.send("one");
      sent(bridge);
      Await.get(bridge.bridge().close());
      assertTrue(bridge.events("lost").isEmpty());
      assertEquals(List.of("one"), in.lines().toList());
    }
  }
}
