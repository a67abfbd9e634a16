package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.faults.Faults;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/** Tests nodes that come and go, in processes of their own. */
@OnOneJdk
class BusTest {
  private TestBus bus;

  @AfterEach
  void close() throws Exception {
    if (bus != null) {
      bus.close();
    }
  }

  private BusOptions member(String node) {
    return bus.options(node).addImport("all").addExport("all");
  }

  @ParameterizedTest
  @CsvSource({
    "fifo, bac",
    "shm, abc",
    "shm, cab",
    "sysv, abc",
    "anonymous, cab",
    "mqueue, bca",
    "mapped, acb"
  })
  void threeNodesInAnyOrder(String transport, String order) throws Exception {
    bus = new TestBus(transport);
    List<NodeProcess> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      nodes.add(bus.process(member(order.substring(i, i + 1))));
    }
    for (NodeProcess node : nodes) {
      node.consume("all", "name");
    }
    for (NodeProcess node : nodes) {
      node.call("start");
    }
    for (NodeProcess node : nodes) {
      Await.until("two peers", () -> peers(node) == 2);
    }
    // Each publishes once: each consumer everywhere gets it exactly once, and nothing comes back.
    JsonArray all = new JsonArray();
    for (int i = 0; i < 3; i++) {
      nodes.get(i).call("publish", "all", order.charAt(i) + "!");
      all.add(order.charAt(i) + "!");
      int expected = i + 1;
      for (NodeProcess node : nodes) {
        Await.until("published", () -> node.count("all") == expected);
      }
    }
    for (NodeProcess node : nodes) {
      assertEquals(all, node.received("all"));
    }
    // Nine requests from one node: three to each, itself included, in rotation.
    for (int i = 0; i < 9; i++) {
      nodes.get(0).call("request", "all", "r");
    }
    for (NodeProcess node : nodes) {
      assertEquals(6, node.count("all"), "fair rotation");
    }
  }

  private static int peers(NodeProcess node) {
    try {
      return (Integer) node.call("peers");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @EachTransport
  void aRequestToANodeThatDiesFailsAtOnce(String transport) throws Exception {
    bus = new TestBus(transport);
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
    NodeProcess victim =
        bus.process(bus.options("victim").addExport("t.silent").addExport("t.answers"));
    NodeProcess again = bus.process(bus.options("victim").addExport("t.echo"));
    victim.consume("t.silent", "silent");
    victim.consume("t.answers", "echo");
    victim.call("start");
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.silent"));
    var request = vertx.eventBus().request("t.silent", "x");
    // When this round trip on the same channel ends, the request has arrived.
    Await.get(bridge.awaitExport("t.answers"));
    Await.get(vertx.eventBus().request("t.answers", "y"));
    long start = System.nanoTime();
    victim.kill();
    ReplyException e = (ReplyException) Await.failure(request);
    assertEquals(IpcBridge.NODE_GONE, e.failureCode());
    assertEquals("Node 'victim' died", e.getMessage());
    // It did not end by its timeout of 30 s.
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
    assertEquals(1, bridge.stats().lostPeers());
    Await.until("proxy gone", () -> Await.exports(bridge).isEmpty());
    // What stands in for a node that keeps messages does not keep requests.
    String expected = transport.equals("mapped") ? "Node 'victim' is down" : "No handlers";
    Await.until(
        "fails at once",
        () -> {
          try {
            return Await.failure(vertx.eventBus().request("t.silent", "x"))
                .getMessage()
                .contains(expected);
          } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
          }
        });
    Await.until("cleaned up", () -> !Files.exists(bus.path().resolve("victim.lock")));

    // The same name comes back, in another process.
    again.consume("t.echo", "echo");
    again.call("start");
    Await.get(bridge.awaitExport("t.echo"));
    assertEquals("back", Await.get(vertx.eventBus().request("t.echo", "back")).body());
  }

  @Test
  void aNodeThatLeavesIsMissedAtOnce() throws Exception {
    AtOnce.onEachTransport(BusTest::isMissedAtOnce);
  }

  private static void isMissedAtOnce(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
      NodeProcess leaver = bus.process(bus.options("leaver").addExport("t.silent"));
      leaver.consume("t.silent", "silent");
      leaver.call("start");
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("t.silent"));
      var request = vertx.eventBus().request("t.silent", "x");
      // When this round trip to the bridge's loop ends, the request has left.
      Await.get(bridge.exports());
      leaver.call("close");
      ReplyException e = (ReplyException) Await.failure(request);
      assertEquals("Node 'leaver' left the bus", e.getMessage());
      assertEquals(0, bridge.stats().lostPeers());
    }
  }

  /** Two nodes that start at the same moment find each other, whoever is a little ahead. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void startingTogether(boolean nativeTransport) throws Exception {
    bus = new TestBus("shm");
    Vertx one = bus.vertx(nativeTransport);
    Vertx two = bus.vertx(nativeTransport);
    for (int i = 0; i < 100; i++) {
      IpcBridge a =
          IpcBridge.create(
              one, new IpcBridgeOptions().setBus(bus.options("a").addExport("from.a")));
      IpcBridge b =
          IpcBridge.create(
              two, new IpcBridgeOptions().setBus(bus.options("b").addExport("from.b")));
      var starting = a.start();
      Await.get(b.start());
      Await.get(starting);
      Await.get(a.awaitExport("from.b"));
      Await.get(b.awaitExport("from.a"));
      Await.get(a.close());
      Await.get(b.close());
    }
  }

  @Test
  void aProcessThatJustEndsLeavesNothing() throws Exception {
    bus = new TestBus("shm");
    NodeProcess other = bus.process(bus.options("other"));
    NodeProcess node = bus.process(bus.options("node"));
    other.call("start");
    node.call("start");
    Await.until("connected", () -> peers(other) == 1);
    Await.thrown(() -> node.call("exit"));
    Await.until("noticed", () -> peers(other) == 0);
    assertFalse(Files.exists(bus.path().resolve("node.lock")));
    assertFalse(Files.exists(bus.path().resolve("node")));
    Await.until(
        "the channel's files are gone",
        () -> names(bus.path().resolve("other")).equals(List.of("counters", "door", "node.json")));
  }

  private static List<String> names(Path directory) {
    try (var files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheDeadLeftIsCleanedByWhoeverStarts() throws Exception {
    bus = new TestBus("shm");
    NodeProcess dead = bus.process(bus.options("dead"));
    NodeProcess next = bus.process(bus.options("next"));
    dead.call("start");
    dead.kill();
    assertTrue(Files.exists(bus.path().resolve("dead").resolve("node.json")));
    next.call("start");
    assertFalse(Files.exists(bus.path().resolve("dead")));
    assertFalse(Files.exists(bus.path().resolve("dead.lock")));
  }

  @Test
  void allThatIsExportedIsImportedByAStarAlone() throws Exception {
    bus = new TestBus("shm");
    NodeProcess there = bus.process(bus.options("there").addExport("x").addExport("a.b.c"));
    there.consume("x", "echo");
    there.consume("a.b.c", "echo");
    there.consume("late", "echo");
    there.call("start");
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("*"));
    Await.get(bridge.start());
    there.call("export", "late");
    for (String address : List.of("x", "a.b.c", "late")) {
      Await.get(bridge.awaitExport(address, 20, TimeUnit.SECONDS));
      assertEquals(address, Await.get(vertx.eventBus().request(address, address)).body());
    }
  }

  @Test
  @Faults
  void aSecondNodeOfTheSameNameIsRefused() throws Exception {
    bus = new TestBus("shm");
    NodeProcess first = bus.process(bus.options("twin"));
    first.call("start");
    Vertx vertx = bus.vertx(true);
    IpcBridge second = bus.bridge(vertx, bus.options("twin"));
    Throwable e = Await.failure(second.start());
    assertTrue(
        e.getMessage().contains("'twin' is in use by process " + first.pid()), e.getMessage());
    FaultTable.row("second node of a name").once();
  }

  @Test
  void transportsMix() throws Exception {
    bus = new TestBus("shm");
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
    NodeProcess other = bus.process(bus.options("there").setTransport("fifo").addExport("t.echo"));
    other.consume("t.echo", "echo");
    other.call("start");
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.echo"));
    assertEquals("mixed", Await.get(vertx.eventBus().request("t.echo", "mixed")).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"spin", "poll"})
  void otherIdleStrategies(String strategy) throws Exception {
    bus = new TestBus("shm");
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, idle(bus.options("here").addImport("t.*"), strategy));
    NodeProcess other = bus.process(idle(bus.options("there").addExport("t.echo"), strategy));
    other.consume("t.echo", "echo");
    other.call("start");
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.echo"));
    String large = "x".repeat(3 << 20);
    for (int i = 0; i < 20; i++) {
      assertEquals(large, Await.get(vertx.eventBus().request("t.echo", large)).body());
    }
  }

  private static BusOptions idle(BusOptions options, String strategy) {
    return options.setIdle(new IdleOptions().setStrategy(strategy));
  }

  @Test
  void aDirectoryThatIsNotSafeIsRefused(@TempDir Path temp) throws Exception {
    bus = new TestBus("shm");
    Vertx vertx = bus.vertx(true);
    Path loose = Files.createDirectory(temp.resolve("loose"));
    Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString("rwxr-xr-x"));
    refused(vertx, loose, "has permissions 0755, expected 0700");

    Path safe = Files.createDirectory(temp.resolve("safe"));
    Files.setPosixFilePermissions(safe, PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), safe);
    refused(vertx, link, "is a symbolic link, expected a directory");

    refused(vertx, temp.resolve("no/where"), "mkdir(" + temp + "/no/where) failed: ");
    Path file = Files.createFile(temp.resolve("file"));
    refused(vertx, file, "is a regular file, expected a directory");
  }

  private void refused(Vertx vertx, Path directory, String expected) throws Exception {
    IpcBridge bridge = bus.bridge(vertx, bus.options("n").setDirectory(directory.toString()));
    String message = Await.failure(bridge.start()).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void filesAreForTheirOwnerAlone() throws Exception {
    bus = new TestBus("shm");
    Vertx vertx = bus.vertx(true);
    Await.get(bus.bridge(vertx, bus.options("here")).start());
    NodeProcess other = bus.process(bus.options("there"));
    other.call("start");
    Await.until("connected", () -> peers(other) == 1);
    try (var files = Files.walk(bus.path().getParent())) {
      for (Path file : files.toList()) {
        String expected = Files.isDirectory(file) ? "rwx------" : "rw-------";
        assertEquals(
            expected,
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
            file.toString());
      }
    }
  }
}
