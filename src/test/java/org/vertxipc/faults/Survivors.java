package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;

/**
 * Two members of a cluster without a network that change what it shares all the time, while others
 * come and are killed. Logs are so short that one is compacted all the time.
 */
final class Survivors {
  private static final String ECHO = "t.echo";

  private final ClusterHosts hosts;
  private final Path notes;
  private final List<ClusterView> all = new ArrayList<>();
  private final FaultTable.Row died;
  private final FaultTable.Row granted;
  private final FaultTable.Row waited;
  private List<String> files;
  private List<Long> held;

  /** Starts them. */
  Survivors(ClusterHosts hosts, Path notes, String fault) throws IOException {
    this.hosts = hosts;
    this.notes = notes;
    died = FaultTable.row(fault);
    granted = FaultTable.row("- the next has the lock of the dead");
    waited = FaultTable.row("- a change waits for the dead, at the most");
    for (ClusterProcess process : List.of(hosts.spawnAlone(), hosts.spawnAlone())) {
      all.add(start(process, "survivor"));
    }
    for (ClusterView each : all) {
      each.churn("survivor-" + each.id(), notes(each.id()), 1);
      each.member().consume("t.numbers." + each.id(), "numbers");
    }
    files = files();
    held = held();
  }

  ClusterView start(ClusterProcess process, String name) throws IOException {
    return new ClusterView(process.member(name).start(hosts.local(1)));
  }

  private Path notes(String name) {
    return notes.resolve(name);
  }

  /** Has a member that is to be killed take locks, for which survivors wait, and change things. */
  ClusterView work(ClusterProcess process, String name) throws Exception {
    ClusterView victim = start(process, name);
    ClusterView a = all.get(0);
    ClusterView b = all.get(1);
    victim.lock("held");
    victim.awaitLocked("held");
    a.lock("held");
    a.lock("queue");
    a.awaitLocked("queue");
    victim.lock("queue");
    b.lock("queue");
    victim.member().consume(ECHO, "echo");
    assertEquals("on", a.member().request(ECHO, "on"));
    assertEquals(1, b.registrations(ECHO));
    victim.churn(name, notes(name), 0);
    Await.until("it changes", () -> victim.churned() > 100);
    for (ClusterView each : all) {
      each.slowest();
    }
    return victim;
  }

  /** Kills a process; returns when. */
  static long kill(ClusterProcess process) throws Exception {
    long death = System.nanoTime();
    process.kill();
    return death;
  }

  /** Checks that they go on, that nothing of the dead is left, and all that it was promised. */
  void surviveWorker(String name, long death) throws Exception {
    awaitAlone(death);
    ClusterView a = all.get(0);
    ClusterView b = all.get(1);
    granted.detected(a.awaitLocked("held") - death);
    granted.once();
    a.unlock("held");
    a.unlock("queue");
    b.awaitLocked("queue");
    b.unlock("queue");
    for (ClusterView each : all) {
      assertEquals(0, each.registrations(ECHO));
      String why =
          assertThrows(IOException.class, () -> each.member().request(ECHO, "off")).getMessage();
      assertTrue(why.contains("NO_HANDLERS"), why);
      List<String> wrong = each.check(name, notes(name));
      died.lost(wrong.size());
      assertEquals(List.of(), wrong);
    }
    assertEquals(a.digest(name), b.digest(name));
    b.clear(name);
    assertEquals(0, a.size(name));
    survive();
  }

  /** Waits until they know that they are alone again. */
  void awaitAlone(long death) throws IOException {
    for (ClusterView each : all) {
      died.detected(each.awaitNodes(all.size()) - death);
    }
  }

  /** Checks that they go on, and that nothing of the dead is left. */
  void survive() throws Exception {
    for (ClusterView each : all) {
      int churned = each.churned();
      Await.until("the others go on", () -> each.churned() > churned);
      waited.detected(each.slowest());
    }
    waited.once();
    Await.until("files of the living only", () -> files().equals(files));
    Await.until("descriptors and mappings of the living only", () -> held().equals(held));
    died.once();
  }

  /** Ends their work, and checks all that they were promised. */
  void end() throws Exception {
    for (ClusterView each : all) {
      assertEquals(List.of(), each.stopChurn());
      String name = "survivor-" + each.id();
      for (ClusterView reader : all) {
        assertEquals(List.of(), reader.check(name, notes(each.id())));
      }
    }
    for (ClusterView each : all) {
      assertEquals(List.of(), each.member().warningsOfFaults());
      assertEquals(List.of(), each.member().process().sockets());
    }
    List<String> logs = hosts.files(1).stream().filter(file -> file.contains("/log")).toList();
    assertEquals(1, logs.size(), logs::toString);
    assertTrue(died.isClean(), died::toString);
  }

  /** The files of the cluster; a log has another name after each compaction. */
  private List<String> files() {
    try {
      return hosts.files(1).stream()
          .map(file -> file.replaceAll("/log-[0-9]+|/log\\.new", "/log"))
          .distinct()
          .filter(file -> !file.contains("/streams-"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many descriptors and mappings each has. */
  private List<Long> held() {
    List<Long> found = new ArrayList<>();
    try {
      Path cluster = hosts.directory(1).resolve("cluster/.cluster");
      for (ClusterView each : all) {
        found.add(each.member().process().descriptors(cluster));
        found.add(each.member().process().mappings(cluster));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
