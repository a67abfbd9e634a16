package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.Segments;
import org.vertxipc.testing.TestBus;

/**
 * Tests that when all nodes die at once, the next one to start, or the tool, removes what they left
 * and nothing else.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
class CrashTest {
  private static final int NODES = 2;
  // A user may have only so many bytes of queues.
  private static final MqueueOptions SMALL =
      new MqueueOptions().setMaxMessages(4).setMessageBytes(1024);

  @ParameterizedTest
  @MethodSource("org.vertxipc.faults.FaultTable#transports")
  void whatAllLeftIsRemoved(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("restart (with JVMs) after crash of all, " + transport);
    int times = FaultTable.times(1, 10);
    for (int i = 0; i < times; i++) {
      try (TestBus bus = new TestBus(transport)) {
        crash(bus, i % 2 == 0, row);
      }
      row.once();
    }
    assertTrue(row.isClean(), row::toString);
  }

  private static List<NodeProcess> startAll(TestBus bus, int round) throws Exception {
    List<NodeProcess> nodes = new ArrayList<>();
    for (int n = 0; n < NODES; n++) {
      BusOptions options = bus.options("n" + n).addExport("e." + n).addImport("e.*");
      options.setMqueue(SMALL);
      nodes.add(bus.process(options));
    }
    for (int n = 0; n < NODES; n++) {
      nodes.get(n).consume("e." + n, "echo");
      nodes.get(n).call("start");
    }
    for (int n = 0; n < NODES; n++) {
      int other = (n + 1) % NODES;
      nodes.get(n).call("await", "e." + other);
      assertEquals(round, nodes.get(n).call("request", "e." + other, round));
    }
    return nodes;
  }

  private static void crash(TestBus bus, boolean byHand, FaultTable.Row row) throws Exception {
    List<NodeProcess> nodes = startAll(bus, 1);
    // These belong to a live node, and to somebody else.
    Vertx vertx = bus.vertx(true);
    IpcBridge alive = bus.bridge(vertx, bus.options("alive").addImport("e.*").setMqueue(SMALL));
    Path stranger = Files.writeString(bus.path().resolve("stranger.txt"), "not ours");
    List<Long> pids = nodes.stream().map(NodeProcess::pid).toList();
    for (NodeProcess node : nodes) {
      node.kill();
    }
    if (byHand) {
      Await.get(IpcBridge.clean(vertx, bus.options("x"), false, false));
      Await.get(alive.start());
      assertEquals(List.of(), Await.get(IpcBridge.clean(vertx, bus.options("x"), false, true)));
      assertTrue(Files.exists(bus.path().resolve("alive.lock")));
    } else {
      Await.get(alive.start());
    }
    for (int n = 0; n < NODES; n++) {
      row.leaked(Files.exists(bus.path().resolve("n" + n)) ? 1 : 0);
      row.leaked(Files.exists(bus.path().resolve("n" + n + ".lock")) ? 1 : 0);
      row.leaked(Segments.madeBy(pids.get(n)).size());
    }
    assertTrue(Files.exists(stranger));
    long start = System.nanoTime();
    startAll(bus, 2);
    Await.get(alive.awaitExport("e.0"));
    row.detected(System.nanoTime() - start);
    Files.delete(stranger);
  }

  @Test
  void aDryRunTellsAndRemovesNothing() throws Exception {
    try (TestBus bus = new TestBus("mqueue")) {
      Vertx vertx = bus.vertx(true);
      BusOptions any = bus.options("any");
      assertEquals(List.of(), Await.get(IpcBridge.clean(vertx, any, true, false)));
      List<NodeProcess> nodes = startAll(bus, 1);
      assertEquals(List.of(), Await.get(IpcBridge.clean(vertx, any, true, true)));
      // A stopped node can't see the others die and clean up.
      nodes.get(0).signal("STOP");
      for (NodeProcess node : nodes.subList(1, NODES)) {
        node.kill();
      }
      nodes.get(0).kill();
      List<String> would = Await.get(IpcBridge.clean(vertx, any, false, true));
      assertTrue(would.contains(bus.path().resolve("n0.lock").toString()), would::toString);
      assertTrue(
          would.stream().anyMatch(f -> f.contains(".mq (queue /vertx-ipc-")), would::toString);
      assertTrue(Files.exists(bus.path().resolve("n0")));
      assertEquals(would, Await.get(IpcBridge.clean(vertx, any, false, false)));
      assertFalse(Files.exists(bus.path().resolve("n0")));
      Files.deleteIfExists(bus.path());
    }
  }

  @Test
  void messagesThatWaitAreRemovedOnlyWhenAskedFor() throws Exception {
    try (TestBus bus = new TestBus("mapped")) {
      Vertx vertx = bus.vertx(true);
      for (NodeProcess node : startAll(bus, 1)) {
        node.kill();
      }
      Path store = bus.store().resolve("n0").resolve("n1.store");
      Await.get(IpcBridge.clean(vertx, bus.options("x"), false, false));
      assertTrue(Files.exists(store));
      List<String> removed = Await.get(IpcBridge.clean(vertx, bus.options("x"), true, false));
      assertTrue(removed.contains(store.toString()), removed::toString);
      assertFalse(Files.exists(bus.store()));
    }
  }

  /** Tests that the lock decides, whatever process has the number now. */
  @Test
  void aProcessWithTheNumberOfADeadNodeIsLeftAlone() throws Exception {
    FaultTable.Row row = FaultTable.row("process id used again");
    Process stranger = new ProcessBuilder("sleep", "1000").start();
    try (TestBus bus = new TestBus("shm")) {
      NodeProcess dead = bus.process(bus.options("dead"));
      dead.call("start");
      dead.kill();
      Path record = bus.path().resolve("dead").resolve("node.json");
      JsonObject json = new JsonObject(Files.readString(record));
      Files.writeString(record, json.put("pid", stranger.pid()).encode());
      IpcBridge bridge = bus.bridge(bus.vertx(true), bus.options("here"));
      Await.get(bridge.start());
      assertEquals(List.of(), Await.get(bridge.peers()));
      assertFalse(Files.exists(bus.path().resolve("dead")));
      assertTrue(stranger.isAlive());
      row.once();
    } finally {
      stranger.destroyForcibly().waitFor();
    }
  }
}
