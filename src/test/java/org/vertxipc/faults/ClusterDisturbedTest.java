package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.Tmpfs;

/**
 * What a cluster without a network bears: a member that is stopped for a while, lost files, a file
 * system that is full, and a file that somebody has cut off.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class ClusterDisturbedTest {
  private static final int ATTEMPTS = 100;
  private static final int SOME = 3_000;
  private static final int LONG = 1 << 20;

  private final ClusterHosts hosts = new ClusterHosts();

  ClusterDisturbedTest() throws IOException {}

  private ClusterView start(ClusterProcess process, String name) throws IOException {
    return new ClusterView(process.member(name).start(hosts.local(1)));
  }

  private static ClusterView start(ClusterProcess process, Path directory) throws IOException {
    JsonObject cluster =
        new JsonObject().put("directory", directory.toString()).put("logBytes", 1 << 16);
    return new ClusterView(process.member("m").start(new JsonObject().put("cluster", cluster)));
  }

  @Test
  void whoIsStoppedHasWritersWaitAndNotReaders(@TempDir Path notes) throws Exception {
    Random random = FaultTable.random("SIGSTOP, cluster without a network");
    FaultTable.Row row = FaultTable.row("SIGSTOP and SIGCONT, cluster without a network");
    FaultTable.Row holding = FaultTable.row("SIGSTOP of who has the lock of the log");
    int times = FaultTable.times(2, 30);
    try (hosts) {
      ClusterProcess process = hosts.spawnAlone();
      ClusterView writer = start(hosts.spawnAlone(), "writer");
      ClusterView stopped = start(process, "stopped");
      writer.put("map", "key", "there");
      // It is the longer in its turn the more there is to compact.
      writer.putMany("many", SOME, 100);
      stopped.churn("stopped", notes.resolve("stopped"), 0);
      Await.until("it changes", () -> stopped.churned() > 100);
      int held = 0;
      int attempts = 0;
      while (held < times && attempts++ < times * ATTEMPTS) {
        Thread.sleep(random.nextInt(10));
        process.signal("STOP");
        assertEquals("there", writer.get("map", "key"));
        assertEquals(2, writer.nodes().size());
        writer.putLater("map", "written", "w" + attempts);
        Thread.sleep(50);
        boolean waits = !writer.isPut();
        if (waits) {
          held++;
          holding.once();
          int warnings = held;
          Await.until("it warns", () -> warnings(writer).size() == warnings);
          String warning = warnings(writer).get(held - 1);
          assertTrue(warning.contains("process " + process.pid() + " has its lock"), warning);
          assertFalse(writer.isPut());
          assertEquals("there", writer.get("map", "key"));
          assertEquals(SOME, writer.size("many"));
        }
        process.signal("CONT");
        Await.until("it is written", () -> isPut(writer));
        assertEquals("w" + attempts, stopped.get("map", "written"));
        row.once();
      }
      assertEquals(times, held);
      assertEquals(List.of(), stopped.stopChurn());
      for (ClusterView each : List.of(writer, stopped)) {
        assertEquals(List.of(), each.check("stopped", notes.resolve("stopped")));
        assertEquals(2, each.nodes().size());
      }
      assertEquals(writer.digest("stopped"), stopped.digest("stopped"));
      assertEquals(List.of(), stopped.member().warningsOfFaults());
    }
  }

  private static List<String> warnings(ClusterView view) {
    try {
      return view.member().warnings();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPut(ClusterView view) {
    try {
      return view.isPut();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoLeavesDoesNotWaitForWhoIsStopped(@TempDir Path notes) throws Exception {
    try (hosts) {
      ClusterProcess process = hosts.spawnAlone();
      ClusterView leaver = start(hosts.spawnAlone(), "leaver");
      ClusterView stopped = start(process, "stopped");
      leaver.putMany("many", SOME, 100);
      stopped.churn("stopped", notes.resolve("stopped"), 0);
      Await.until("it changes", () -> stopped.churned() > 100);
      boolean waits = false;
      for (int i = 0; i < ATTEMPTS && !waits; i++) {
        process.signal("STOP");
        leaver.putLater("map", "key", "value");
        Thread.sleep(50);
        waits = !leaver.isPut();
        if (!waits) {
          process.signal("CONT");
        }
      }
      assertTrue(waits);
      leaver.member().close();
      process.signal("CONT");
      // It is found gone.
      stopped.awaitNodes(1);
      assertEquals(List.of(), stopped.stopChurn());
    }
  }

  @Test
  void whoseFilesAreRemovedGoesOn(@TempDir Path notes) throws Exception {
    FaultTable.Row row = FaultTable.row("rm -rf of the directory, cluster without a network");
    try (hosts) {
      ClusterProcess process = hosts.spawnAlone();
      ClusterProcess late = hosts.spawnAlone();
      ClusterView a = start(process, "a");
      ClusterView b = start(hosts.spawnAlone(), "b");
      ClusterView c = start(hosts.spawnAlone(), "c");
      List<ClusterView> all = List.of(a, b, c);
      a.lock("lock");
      a.awaitLocked("lock");
      for (ClusterView each : all) {
        each.churn(each.id(), notes.resolve(each.id()), 1);
      }
      for (int i = 0; i < FaultTable.times(2, 10); i++) {
        assertEquals(0, Processes.exit("rm", "-rf", hosts.directory(1).toString()));
        // Some logs later.
        a.putMany("many", SOME, 100);
        b.putMany("many", SOME, 101);
        assertEquals(a.digest("many"), c.digest("many"));
        row.once();
      }
      b.lock("lock");
      a.unlock("lock");
      b.awaitLocked("lock");
      // What the event bus needs is made anew, which is looked after now and then.
      Await.until("three have doors again", () -> doors() == all.size());
      c.member().consume("t.echo", "echo");
      assertEquals("on", a.member().request("t.echo", "on"));
      String why = assertThrows(IOException.class, () -> start(late, "late")).getMessage();
      assertTrue(why.contains("whose cluster lives"), why);
      a.putMany("many", SOME, 102);
      assertEquals(a.digest("many"), c.digest("many"));
      String dead = a.id();
      long death = System.nanoTime();
      a.member().process().kill();
      row.detected(b.awaitNodes(2) - death);
      for (ClusterView each : List.of(b, c)) {
        assertEquals(List.of(), each.stopChurn());
        assertEquals(List.of(), c.check(each.id(), notes.resolve(each.id())));
        assertEquals(List.of(), c.check(dead, notes.resolve(dead)));
      }
    }
  }

  private long doors() {
    try {
      List<String> files = hosts.files(1);
      return Math.min(
          files.stream().filter(file -> file.endsWith("/door")).count(),
          files.stream().filter(file -> file.contains("/.at/")).count());
    } catch (IOException e) {
      return 0; // They are being made.
    }
  }

  @Test
  void whereThereIsNoRoomLessGoesOn(@TempDir Path temp) throws Exception {
    FaultTable.Row row = FaultTable.row("no room, cluster without a network");
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=3m,mode=700");
        hosts) {
      Path directory = tmpfs.path().resolve("buses");
      ClusterView a = start(hosts.spawnAlone(), directory);
      ClusterView b = start(hosts.spawnAlone(), directory);
      a.put("map", "key", "before");
      Path filler = temp.resolve("filler");
      fill(filler);
      String why =
          assertThrows(IOException.class, () -> a.putLong("map", "key", LONG)).getMessage();
      assertTrue(why.contains("there is no room for a command"), why);
      assertTrue(why.contains("No space left on device"), why);
      for (ClusterView each : List.of(a, b)) {
        assertEquals("before", each.get("map", "key"));
        each.put("map", each.id(), "less");
        assertEquals("less", a.get("map", each.id()));
      }
      assertEquals(3, b.size("map"));
      // What is used up is the log that is there; what frees room must fit into a little more.
      leave(filler, 256 << 10);
      for (int i = 0; i < 1_000; i++) {
        a.put("map", "again", "x".repeat(200) + i);
      }
      Files.delete(filler);
      a.putLong("map", "key", LONG / 2);
      assertEquals(LONG / 2, b.get("map", "key").length());
      row.once();
      a.member().close();
      b.member().close();
      assertFalse(Files.exists(directory));
    }
  }

  @Test
  void whoFindsNoRoomAtAllLeavesNothing(@TempDir Path temp) throws Exception {
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=1m,mode=700");
        hosts) {
      Path directory = tmpfs.path().resolve("buses");
      ClusterProcess process = hosts.spawnAlone();
      Path filler = temp.resolve("filler");
      fill(filler);
      for (int room : new int[] {0, 16 << 10, 72 << 10}) {
        leave(filler, room);
        String why = assertThrows(IOException.class, () -> start(process, directory)).getMessage();
        assertTrue(why.contains("No space left on device"), why);
        try (Stream<Path> left = Files.walk(temp)) {
          assertEquals(List.of(temp, filler), left.toList());
        }
      }
      Files.delete(filler);
      start(process, directory).put("map", "key", "value");
    }
  }

  private static void fill(Path filler) {
    byte[] some = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(some);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("No space left"), e.getMessage());
    }
  }

  private static void leave(Path filler, int room) throws IOException {
    try (FileChannel file = FileChannel.open(filler, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - room);
    }
  }

  @Test
  void aFileThatIsCutOffIsSaidAndEndsNoProcess() throws Exception {
    FaultTable.Row row = FaultTable.row("a log cut off, cluster without a network");
    try (hosts) {
      ClusterView a = start(hosts.spawnAlone(), "a");
      ClusterView b = start(hosts.spawnAlone(), "b");
      a.put("map", "key", "there");
      assertEquals("there", b.get("map", "key"));
      String log =
          hosts.files(1).stream().filter(file -> file.contains("/log-")).findFirst().orElseThrow();
      try (FileChannel file =
          FileChannel.open(hosts.directory(1).resolve(log), StandardOpenOption.WRITE)) {
        file.truncate(0);
      }
      for (ClusterView each : List.of(a, b)) {
        String why =
            assertThrows(IOException.class, () -> each.put("map", "key", "more")).getMessage();
        assertTrue(why.contains("this node is out of the cluster"), why);
        assertTrue(why.contains(log.substring(log.lastIndexOf('/') + 1)), why);
        assertThrows(IOException.class, () -> each.get("map", "key"));
      }
      row.once();
    }
  }
}
