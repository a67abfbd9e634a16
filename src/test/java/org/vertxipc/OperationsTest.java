package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.Tmpfs;

/** Checks what docs/operations.md says about the resources that nodes take. */
@OnOneJdk
class OperationsTest {
  private static final int USER = 50_021;

  /** What each descriptor of a node leads to, without what its JVM opens to load classes. */
  private static List<String> descriptors(NodeProcess node) {
    List<String> found = new ArrayList<>();
    for (File descriptor : new File("/proc/" + node.pid() + "/fd").listFiles()) {
      try {
        String target = Files.readSymbolicLink(descriptor.toPath()).toString();
        if (!target.matches(".*\\.(jar|class|so)|.*/modules")) {
          found.add(target);
        }
      } catch (IOException e) {
        // It has been closed meanwhile.
      }
    }
    return found;
  }

  /** It opens files for a moment meanwhile: when it meets a node, and when it loads a class. */
  private static List<String> settled(NodeProcess node) throws InterruptedException {
    List<String> last = new ArrayList<>(descriptors(node));
    int[] same = {0};
    Await.until(
        "its descriptors stay",
        () -> {
          List<String> now = descriptors(node);
          same[0] = now.equals(last) ? same[0] + 1 : 0;
          last.clear();
          last.addAll(now);
          return same[0] >= 50;
        });
    return last;
  }

  @ParameterizedTest
  @CsvSource({"shm, 4", "mqueue, 4", "fifo, 2", "sysv, 2", "anonymous, 2", "mapped, 6"})
  void aPeerTakesSoManyDescriptors(String transport, int each) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess node = bus.process(options(bus, "node"));
      node.consume("t.node", "record");
      node.call("start");
      meet(bus, node, "first");
      Await.until("it shows its counters", bus.path().resolve("node/counters").toFile()::exists);
      List<String> before = settled(node);
      meet(bus, node, "second");
      meet(bus, node, "third");
      Await.until(
          () -> "two peers more take " + 2 * each + ": " + before + ", then " + descriptors(node),
          () -> descriptors(node).size() - before.size() == 2 * each);
    }
  }

  private static BusOptions options(TestBus bus, String name) {
    return bus.options(name)
        .setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(1024))
        .addExport("t." + name)
        .addImport("t.*");
  }

  private static void meet(TestBus bus, NodeProcess node, String name) throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, options(bus, name));
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.node"));
    node.call("await", "t." + name);
    // A message each way has passed whatever is opened for it, a store too, which may take a while.
    Promise<Void> arrived = Promise.promise();
    vertx.eventBus().consumer("t." + name, m -> arrived.tryComplete());
    int before = node.count("t.node");
    node.call("send", "t." + name, "x");
    vertx.eventBus().send("t.node", "x");
    Await.get(arrived.future());
    Await.until("it arrives", () -> node.count("t.node") == before + 1);
  }

  @Test
  void aRingTakesAPageMore() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      for (String name : List.of("a", "b")) {
        Await.get(bus.bridge(bus.vertx(true), bus.options(name)).start());
      }
      long blocks = 512 * Long.parseLong(blocks(bus.ring("a", "b")));
      assertEquals((1 << 20) + 4096, blocks);
    }
  }

  private static String blocks(Path file) throws IOException, InterruptedException {
    ProcessBuilder stat = new ProcessBuilder("stat", "-c", "%b", file.toString());
    return Processes.output(stat.start()).strip();
  }

  /** What a container of Docker has. */
  @Test
  void eightNodesFitInto64MiB(@TempDir Path temp) throws Exception {
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=64m,mode=700");
        TestBus bus = new TestBus("shm")) {
      String directory = tmpfs.path().resolve("buses").toString();
      List<IpcBridge> bridges = new ArrayList<>();
      for (int i = 1; i <= 9; i++) {
        BusOptions options = bus.options("n" + i).addExport("t." + i).setDirectory(directory);
        IpcBridge bridge = bus.bridge(bus.vertx(true), options.setStartTimeoutMillis(1_000));
        bridges.add(bridge);
        Await.get(bridge.start());
        if (i == 8) {
          for (IpcBridge each : bridges) {
            Await.until("all meet", () -> Await.exports(each).size() == 7);
          }
        }
      }
      assertTrue(Await.exports(bridges.get(8)).size() < 8);
    }
  }

  @Test
  void threeNodesHaveTheirQueuesAndFourHaveNot() throws Exception {
    assumeTrue(OtherUsers.canBe(), "only the superuser can be other users");
    assumeTrue(
        MessageQueue.limit("msg_max") >= 10 && MessageQueue.limit("msgsize_max") >= 8192,
        "needs usual limits");
    List<String> usual = List.of("prlimit", "--msgqueue=819200");
    Path base = Path.of("/dev/shm/vertx-ipc-queues-" + ProcessHandle.current().pid());
    Files.createDirectory(base);
    Files.setAttribute(base, "unix:mode", 01777);
    try (OtherUsers users = new OtherUsers()) {
      List<NodeProcess> nodes = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        BusOptions options =
            new BusOptions()
                .setName("queues")
                .setNode("n" + i)
                .setTransport("mqueue")
                .setDirectory(base.resolve("buses").toString());
        NodeProcess node = users.spawn(usual, List.of(), TestBus.json(options), USER);
        nodes.add(node);
      }
      for (NodeProcess node : nodes.subList(0, 3)) {
        node.call("start");
      }
      for (NodeProcess node : nodes.subList(0, 3)) {
        assertEquals(2, node.call("peers"));
      }
      nodes.get(3).call("start");
      assertTrue((Integer) nodes.get(3).call("peers") < 3);
    } finally {
      OtherUsers.delete(base);
    }
  }
}
