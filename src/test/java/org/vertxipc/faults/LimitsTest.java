package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.Said;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.Tmpfs;

/** Tests what happens when kernel resources that a node needs are used up. */
@Faults
@OnOneJdk
class LimitsTest {

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void aPeerIsMetWhenThereAreDescriptorsAgain(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("no descriptors left, " + transport);
    try (TestBus bus = new TestBus(transport)) {
      BusOptions short1 = bus.options("short").addExport("s.echo").addImport("x.*");
      NodeProcess node = bus.process(short1);
      node.consume("s.echo", "echo");
      node.call("start");
      Vertx vertx = bus.vertx(true);
      IpcBridge known = bus.bridge(vertx, bus.options("known").addImport("s.*"));
      Await.get(known.start());
      Await.get(known.awaitExport("s.echo"));
      assertEquals("warm", Await.get(vertx.eventBus().request("s.echo", "warm")).body());
      node.call("exhaust");
      Vertx other = bus.vertx(true);
      BusOptions late = bus.options("late").addImport("s.*").setStartTimeoutMillis(500);
      IpcBridge bridge = bus.bridge(other, late);
      Await.get(bridge.start());
      assertEquals(List.of(), Await.exports(bridge));
      assertFalse(Await.get(bridge.peers()).stream().anyMatch(p -> !p.exports().isEmpty()));
      // Connected peers continue to be served.
      assertEquals("on", Await.get(vertx.eventBus().request("s.echo", "on")).body());
      // Each attempt since is a failure, and only the first is said.
      assertSaidOnce(node, "late", "Too many open files (EMFILE): this process has no descriptor");
      node.call("free");
      long start = System.nanoTime();
      Await.get(bridge.awaitExport("s.echo"));
      row.detected(System.nanoTime() - start);
      assertEquals("on", Await.get(other.eventBus().request("s.echo", "on")).body());
      assertSaidOver(node, "late");
      row.once();
    }
  }

  /** Checks that a node says once what has run short, with no stack trace. */
  private static void assertSaidOnce(NodeProcess node, String peer, String what)
      throws IOException {
    List<String> said = saidOf(node, "said", peer);
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("Node '" + peer + "' can't be reached: "), said.toString());
    assertTrue(said.get(0).contains(what), said.toString());
    assertEquals(List.of(), saidOf(node, "traced", peer));
  }

  /** Checks that a node says that this is over, and after how many failures. */
  private static void assertSaidOver(NodeProcess node, String peer) throws Exception {
    String over = "Node '" + peer + "' is connected; failures before that: ";
    Await.until("said: " + over, () -> node.said().contains(over));
    List<String> said = saidOf(node, "said", peer);
    assertEquals(2, said.size(), said.toString());
    int failures = Integer.parseInt(said.get(1).substring(over.length()));
    assertTrue(failures > 1, said.toString());
  }

  private static List<String> saidOf(NodeProcess node, String op, String peer) throws IOException {
    return ((JsonArray) node.call(op))
        .stream()
            .map(String::valueOf)
            .filter(line -> line.startsWith("Node '" + peer + "' "))
            .toList();
  }

  /** Returns the limit that it may set itself, see {@code proc_pid_limits(5)}. */
  private static String limitOfQueues(NodeProcess node) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + node.pid() + "/limits")).stream()
        .filter(line -> line.startsWith("Max msgqueue size "))
        .map(line -> line.split(" +", -1)[3])
        .findAny()
        .orElseThrow();
  }

  private static void limitQueues(NodeProcess node, String bytes) throws InterruptedException {
    String pid = Long.toString(node.pid());
    // The hard limit stays.
    assertEquals(0, Processes.exit("prlimit", "--pid", pid, "--msgqueue=" + bytes + ":"));
  }

  /** Tests a limit that is met by one node only, and is raised while it runs. */
  @Test
  void peersAreMetWhenThereMayBeQueuesAgain() throws Exception {
    assumeTrue(Processes.runs("prlimit", "--version"), "needs prlimit(1)");
    FaultTable.Row row = FaultTable.row("no queues left, mqueue");
    try (TestBus bus = new TestBus("mqueue")) {
      NodeProcess node = bus.process(queues(bus, "short").addExport("s.echo").addImport("x.*"));
      node.consume("s.echo", "echo");
      node.call("start");
      String before = limitOfQueues(node);
      limitQueues(node, "1");
      List<String> peers = List.of("one", "two");
      List<Vertx> all = new ArrayList<>();
      List<IpcBridge> bridges = new ArrayList<>();
      for (String peer : peers) {
        Vertx vertx = bus.vertx(true);
        BusOptions options = queues(bus, peer).addImport("s.*").setStartTimeoutMillis(1000);
        IpcBridge bridge = bus.bridge(vertx, options);
        Await.get(bridge.start());
        all.add(vertx);
        bridges.add(bridge);
      }
      for (String peer : peers) {
        assertSaidOnce(node, peer, "the user's queues would take more than RLIMIT_MSGQUEUE allows");
      }
      limitQueues(node, before);
      long start = System.nanoTime();
      for (int i = 0; i < peers.size(); i++) {
        Await.get(bridges.get(i).awaitExport("s.echo"));
        assertEquals("on", Await.get(all.get(i).eventBus().request("s.echo", "on")).body());
        assertSaidOver(node, peers.get(i));
      }
      row.detected(System.nanoTime() - start);
      row.times(peers.size());
    }
  }

  private static BusOptions queues(TestBus bus, String node) {
    return bus.options(node).setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(1024));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void aStartWithoutDescriptorsLeavesNothing(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("start without descriptors, " + transport);
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess node = bus.process(bus.options("short").addExport("s.echo"));
      node.consume("s.echo", "echo");
      // Loading a class takes a descriptor: all classes that are needed have been loaded by now.
      node.call("start");
      node.call("close");
      node.call("exhaust");
      String why = assertThrows(IOException.class, () -> node.call("restart")).getMessage();
      assertTrue(why.contains("Too many open files (EMFILE)"), why);
      // The failed call opens the lock, or the directory above, which guards the name.
      assertTrue(why.contains("open(/dev/shm"), why);
      node.call("free");
      assertFalse(Files.exists(bus.path().resolve("short")));
      node.call("restart");
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("s.*"));
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("s.echo"));
      assertEquals("on", Await.get(vertx.eventBus().request("s.echo", "on")).body());
      row.once();
    }
  }

  /** Tests that a peer for whose ring there was no space is met when there is some. */
  @Test
  void aPeerIsMetWhenThereIsRoomAgain(@TempDir Path temp) throws Exception {
    FaultTable.Row row = FaultTable.row("no room in /dev/shm, shm");
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=3m,mode=700");
        Said said = new Said();
        TestBus bus = new TestBus("shm")) {
      String small = tmpfs.path().resolve("buses").toString();
      Vertx vertx = bus.vertx(true);
      BusOptions here = bus.options("here").addExport("t.echo").setDirectory(small);
      IpcBridge bridge = bus.bridge(vertx, here);
      vertx.eventBus().consumer("t.echo", m -> m.reply(m.body()));
      Await.get(bridge.start());
      BusOptions known = bus.options("known").setTransport("fifo").addImport("t.*");
      Vertx other = bus.vertx(true);
      IpcBridge knows = bus.bridge(other, known.setDirectory(small));
      Await.get(knows.start());
      Await.get(knows.awaitExport("t.echo"));
      Path filler = temp.resolve("filler");
      byte[] some = new byte[64 * 1024];
      try (OutputStream out = Files.newOutputStream(filler)) {
        while (true) {
          out.write(some);
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
      }
      // There is room for its directory, but not for a ring.
      try (FileChannel file = FileChannel.open(filler, StandardOpenOption.WRITE)) {
        file.truncate(file.size() - some.length);
      }
      Vertx third = bus.vertx(true);
      BusOptions late = bus.options("late").setTransport("fifo").addImport("t.*");
      IpcBridge waits = bus.bridge(third, late.setDirectory(small).setStartTimeoutMillis(500));
      Await.get(waits.start());
      assertEquals(List.of(), Await.exports(waits));
      assertEquals("on", Await.get(other.eventBus().request("t.echo", "on")).body());
      List<String> lines = said.starting("Node 'late' ");
      assertEquals(1, lines.size(), lines.toString());
      assertTrue(lines.get(0).contains("(ENOSPC): the file system is full"), lines.toString());
      assertEquals(List.of(), said.traced("Node 'late' "));
      Files.delete(filler);
      long start = System.nanoTime();
      Await.get(waits.awaitExport("t.echo"));
      row.detected(System.nanoTime() - start);
      assertEquals("on", Await.get(third.eventBus().request("t.echo", "on")).body());
      row.once();
    }
  }

  @Test
  void aReadOnlyDirectoryIsNamed(@TempDir Path temp) throws Exception {
    FaultTable.Row row = FaultTable.row("read-only directory");
    try (Tmpfs tmpfs = new Tmpfs(temp, "ro");
        TestBus bus = new TestBus("shm")) {
      Path buses = tmpfs.path().resolve("buses");
      IpcBridge bridge =
          bus.bridge(bus.vertx(true), bus.options("here").setDirectory(buses.toString()));
      String message = Await.failure(bridge.start()).getMessage();
      assertEquals("mkdir(" + buses + ") failed: Read-only file system (EROFS)", message);
      row.once();
    }
  }

  @Test
  void aDirectoryThatCantBeMadeIsNamed() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Path nowhere = Path.of("/proc/vertx-ipc");
      IpcBridge bridge =
          bus.bridge(bus.vertx(true), bus.options("here").setDirectory(nowhere.toString()));
      String message = Await.failure(bridge.start()).getMessage();
      assertTrue(message.contains("mkdir(" + nowhere + ")"), message);
      assertTrue(message.contains("ENOENT"), message);
    }
  }
}
