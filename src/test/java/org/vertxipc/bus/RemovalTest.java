package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.faults.Faults;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.Said;
import org.vertxipc.testing.TestBus;

/** Tests what happens when somebody removes files of a bus in use, as systemd's RemoveIPC does. */
@OnOneJdk
class RemovalTest {
  private static final List<String> FILES =
      List.of("a.lock", "a/counters", "a/door", "a/node.json");

  private static boolean areThere(TestBus bus) {
    return FILES.stream().allMatch(file -> Files.exists(bus.path().resolve(file)));
  }

  private static int peers(NodeProcess node) {
    try {
      return (Integer) node.call("peers");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inUse(NodeProcess second) {
    String message = Await.thrown(() -> second.call("restart")).getMessage();
    assertTrue(message.contains("'a' is in use"), message);
  }

  @ParameterizedTest
  @Faults
  @MethodSource("org.vertxipc.faults.FaultTable#transports")
  void aRemovedDirectoryIsNoticedAndMadeAnew(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("bus directory removed, " + transport);
    try (TestBus bus = new TestBus(transport);
        Said said = new Said()) {
      Vertx vertx = bus.vertx(true);
      vertx.eventBus().consumer("t.echo", m -> m.reply(m.body()));
      IpcBridge a = bus.bridge(vertx, bus.options("a").addExport("t.echo"));
      Await.get(a.start());
      NodeProcess b = bus.process(bus.options("b").addImport("t.*"));
      NodeProcess second = bus.process(bus.options("a"));
      NodeProcess late = bus.process(bus.options("late").addImport("t.*"));
      second.call("peers"); // It is up: what follows comes before anybody has noticed.
      b.call("start");
      b.call("await", "t.echo");
      // A node shows its counters within a second.
      Await.until("all is there", () -> areThere(bus));
      int times = FaultTable.times(2, 20);
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        OtherUsers.delete(i % 2 == 0 ? bus.path() : bus.path().getParent());
        inUse(second);
        Await.until("published anew", () -> areThere(bus));
        row.detected(System.nanoTime() - start);
        assertEquals("on", b.call("request", "t.echo", "on"));
        row.once();
      }
      Await.until("b, too", () -> Files.exists(bus.path().resolve("b/node.json")));
      late.call("start");
      late.call("await", "t.echo");
      assertEquals("met", late.call("request", "t.echo", "met"));
      Await.until("both", () -> peers(late) == 2);
      assertEquals(1, peers(b) - 1, "the same as before, and the late one");
      String expected = "Somebody has removed files that this node needs to be found: [";
      String first = said.starting(expected).get(0);
      for (String file : FILES) {
        assertTrue(first.contains(bus.path().resolve(file).toString()), first);
      }
      assertTrue(first.contains("RemoveIPC=no"), first);
      assertEquals(List.of(), said.starting("Files that this node needs"));
    }
  }

  /** A bus on which one of the files of node a is removed. */
  private static final class Scene {
    private final TestBus bus = new TestBus("shm");
    private final IpcBridge a;
    private final NodeProcess b;
    private final NodeProcess second;
    private final NodeProcess late;

    Scene() throws IOException {
      Vertx vertx = bus.vertx(true);
      vertx.eventBus().consumer("t.echo", m -> m.reply(m.body()));
      a = bus.bridge(vertx, bus.options("a").addExport("t.echo"));
      b = bus.process(bus.options("b").addImport("t.*"));
      second = bus.process(bus.options("a"));
      late = bus.process(bus.options("late").addImport("t.*"));
    }

    void meet() throws Exception {
      Await.get(a.start());
      second.call("peers");
      late.call("peers");
      b.call("start");
      b.call("await", "t.echo");
    }

    void remove(String file) throws Exception {
      // A node shows its counters within a second.
      Await.until("all is there", () -> areThere(bus));
      OtherUsers.delete(bus.path().resolve(file));
      inUse(second);
      Await.until("recreated", () -> areThere(bus));
      assertEquals("on", b.call("request", "t.echo", "on"));
      inUse(second);
      late.call("start");
      late.call("await", "t.echo");
      assertEquals("met", late.call("request", "t.echo", "met"));
    }
  }

  @Test
  void aRemovedFileIsNoticedAndMadeAnew() throws Exception {
    Map<String, Scene> scenes = new LinkedHashMap<>();
    try {
      for (String file : List.of("a.lock", "a/counters", "a/door", "a/node.json", "a")) {
        scenes.put(file, new Scene());
      }
      // All JVMs have started before anything is removed, which must be noticed within a time.
      for (Scene scene : scenes.values()) {
        scene.meet();
      }
      AtOnce.each(List.copyOf(scenes.keySet()), file -> scenes.get(file).remove(file));
    } finally {
      AtOnce.each(List.copyOf(scenes.values()), scene -> scene.bus.close());
    }
  }

  /** Tests that another file under the name, which nobody locks, counts as none. */
  @Test
  void aReplacedFileIsNoticed() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      IpcBridge a = bus.bridge(bus.vertx(true), bus.options("a"));
      Await.get(a.start());
      NodeProcess second = bus.process(bus.options("a"));
      second.call("peers");
      Path lock = bus.path().resolve("a.lock");
      Path copy = bus.path().resolve("copy");
      Files.copy(lock, copy, StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(copy, lock, StandardCopyOption.REPLACE_EXISTING);
      inUse(second);
      inUse(second);
    }
  }

  /** Tests that a guard of somebody who can read the directory above only delays a start. */
  @Test
  void aStrangersGuardKeepsNobodyOut() throws Exception {
    try (TestBus bus = new TestBus("shm");
        Said said = new Said()) {
      Path buses = bus.path().getParent();
      NameGuard guard = NameGuard.take(buses, bus.path().getFileName().toString(), "a");
      try {
        Await.get(bus.bridge(bus.vertx(true), bus.options("a")).start());
        assertEquals(
            1, said.starting("Node name 'a' is guarded, but no node has locked it").size());
        assertTrue(guard.isContested());
      } finally {
        guard.close();
      }
    }
  }

  @Test
  void ofTwoThatStartAtOnceOneGetsTheName() throws Exception {
    AtOnce.each(List.of(1, 2, 3, 4), bus -> oneGetsTheName());
  }

  private static void oneGetsTheName() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx one = bus.vertx(true);
      Vertx two = bus.vertx(true);
      for (int i = 0; i < 5; i++) {
        RawNode a = new RawNode(one, bus.options("a"));
        RawNode b = new RawNode(two, bus.options("a"));
        var joining = a.join();
        var other = b.join();
        Await.settled(joining);
        Await.settled(other);
        assertTrue(joining.succeeded() != other.succeeded(), joining + ", " + other);
        Await.get(joining.succeeded() ? a.leave() : b.leave());
      }
    }
  }
}
