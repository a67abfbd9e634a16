package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcPeer;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.TestNode;
import org.vertxipc.testing.Torrent;

/** A node that is stopped for a while is not dead, and what waits for it is bounded. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class PauseTest {
  private static final long QUEUE_BYTES = 256 * 1024;
  private static final long HEAP = 32 << 20;
  private static final long LONGEST_MESSAGE = 32 * 1024;

  @ParameterizedTest
  @MethodSource("org.vertxipc.faults.FaultTable#transports")
  void whoIsStoppedIsNotTakenForDead(String transport) throws Exception {
    Random random = FaultTable.random("SIGSTOP, " + transport);
    FaultTable.Row row = FaultTable.row("SIGSTOP and SIGCONT, " + transport);
    Queue<String> wrong;
    Queue<IpcPeer> gone = new ConcurrentLinkedQueue<>();
    Torrent.Check check = new Torrent.Check();
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      BusOptions here = bus.options("here").addImport("x.*").addExport("t.back");
      here.addExport(TestNode.WRONG).setSendQueueBytes(QUEUE_BYTES);
      IpcBridge bridge = bus.bridge(vertx, here);
      bridge.peerHandler(
          peer -> {
            if (!peer.up()) {
              gone.add(peer);
            }
          });
      wrong = check.listen(vertx, "t.back");
      Await.get(bridge.start());
      BusOptions there = bus.options("other").addImport("t.*");
      NodeProcess other = bus.process(there.addExport("x.check").addExport("x.echo"));
      other.consume("x.check", "check");
      other.consume("x.echo", "echo");
      other.call("start");
      Await.get(bridge.awaitExport("x.echo"));
      Torrent.start(vertx, bridge, "x.check", 0);
      other.call("torrent", "t.back");
      long heap = Leaks.heap();
      int times = FaultTable.times(1, 8);
      for (int i = 0; i < times; i++) {
        int before = check.count();
        Await.until("it flows", () -> check.count() > before + 100);
        other.signal("STOP");
        // This is more than long enough for what waits to reach its bound.
        long millis = FaultTable.isThorough() ? 1_000 + random.nextInt(9_000) : 700;
        Thread.sleep(millis);
        List<IpcPeer> peers = Await.get(bridge.peers());
        assertEquals(1, peers.size());
        assertTrue(peers.get(0).queuedBytes() <= QUEUE_BYTES + LONGEST_MESSAGE, peers::toString);
        long grown = Leaks.heap() - heap;
        assertTrue(grown < HEAP, "the heap has grown by " + grown);
        other.signal("CONT");
        assertEquals("on", Await.get(vertx.eventBus().request("x.echo", "on")).body());
        row.once();
      }
      row.lost(wrong.size() + gone.size());
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
    assertTrue(gone.isEmpty() || gone.peek().reason().equals("left the bus"), gone::toString);
  }
}
