package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;

/**
 * Kills a member of a cluster without a network while it changes what the cluster shares, as fast
 * as it can, with logs that are so short that one is compacted all the time.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ClusterKillTest {
  private static final int MAX_PAUSE_MILLIS = 200;

  @TempDir private Path notes;

  private final ClusterHosts hosts = new ClusterHosts();
  private FaultTable.Row died;
  private FaultTable.Row granted;
  private final List<ClusterView> survivors = new ArrayList<>();

  ClusterKillTest() throws IOException {}

  private Path notes(String name) {
    return notes.resolve(name);
  }

  private ClusterView start(ClusterProcess process, String name) throws IOException {
    return new ClusterView(process.member(name).start(hosts.local(1)));
  }

  @Test
  void whatWasAcknowledgedStays() throws Exception {
    Random random = FaultTable.random("kill -9, cluster without a network");
    died = FaultTable.row("kill -9, cluster without a network");
    granted = FaultTable.row("kill -9 of who has a lock, next has it");
    int times = FaultTable.times(10, 100);
    try (hosts) {
      ClusterProcess first = hosts.spawnAlone();
      ClusterProcess second = hosts.spawnAlone();
      ClusterProcess next = hosts.spawnAlone();
      survivors.add(start(first, "a"));
      survivors.add(start(second, "b"));
      for (ClusterView each : survivors) {
        each.churn("survivor-" + each.id(), notes(each.id()), 1);
        each.member().consume("t.numbers." + each.id(), "numbers");
      }
      List<String> files = files();
      List<Long> held = held();
      for (int i = 0; i < times; i++) {
        ClusterProcess process = next;
        next = i < times - 1 ? hosts.spawnAlone() : null;
        String name = "victim-" + i;
        long death = dies(process, name, random);
        for (ClusterView each : survivors) {
          died.detected(each.awaitNodes(2) - death);
        }
        survives(name, death);
        Await.until("files and descriptors of the living only", () -> files().equals(files));
        Await.until("descriptors and mappings of the living only", () -> held().equals(held));
        died.once();
        granted.once();
      }
      for (ClusterView each : survivors) {
        assertEquals(List.of(), each.stopChurn());
        String name = "survivor-" + each.id();
        for (ClusterView reader : survivors) {
          assertEquals(List.of(), reader.check(name, notes(each.id())));
        }
      }
      for (ClusterView each : survivors) {
        assertEquals(List.of(), each.member().warnings());
        assertEquals(List.of(), each.member().process().sockets());
      }
    }
    assertTrue(died.isClean(), died::toString);
  }

  /** Returns when it died. */
  private long dies(ClusterProcess process, String name, Random random) throws Exception {
    ClusterView victim = start(process, name);
    ClusterView a = survivors.get(0);
    ClusterView b = survivors.get(1);
    victim.lock("held");
    victim.awaitLocked("held");
    a.lock("held");
    a.lock("queue");
    a.awaitLocked("queue");
    victim.lock("queue");
    b.lock("queue");
    victim.member().consume("t.echo", "echo");
    assertEquals("on", a.member().request("t.echo", "on"));
    assertEquals(1, b.registrations("t.echo"));
    victim.churn(name, notes(name), 0);
    Await.until("it changes", () -> victim.churned() > 100);
    Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
    long death = System.nanoTime();
    process.kill();
    return death;
  }

  private void survives(String name, long death) throws Exception {
    ClusterView a = survivors.get(0);
    ClusterView b = survivors.get(1);
    granted.detected(a.awaitLocked("held") - death);
    a.unlock("held");
    a.unlock("queue");
    b.awaitLocked("queue");
    b.unlock("queue");
    for (ClusterView each : survivors) {
      assertEquals(0, each.registrations("t.echo"));
      String why =
          assertThrows(IOException.class, () -> each.member().request("t.echo", "off"))
              .getMessage();
      assertTrue(why.contains("NO_HANDLERS"), why);
      List<String> wrong = each.check(name, notes(name));
      died.lost(wrong.size());
      assertEquals(List.of(), wrong);
    }
    assertEquals(a.digest(name), b.digest(name));
    int churned = a.churned();
    Await.until("the others go on", () -> a.churned() > churned);
    b.clear(name);
    assertEquals(0, a.size(name));
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

  /** How many descriptors and mappings each survivor has. */
  private List<Long> held() {
    List<Long> held = new ArrayList<>();
    try {
      Path cluster = hosts.directory(1).resolve("cluster/.cluster");
      for (ClusterView each : survivors) {
        held.add(each.member().process().descriptors(cluster));
        held.add(each.member().process().mappings(cluster));
      }
      return held;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void afterTheDeathOfAllItBeginsEmpty() throws Exception {
    FaultTable.Row row = FaultTable.row("kill -9 of all, cluster without a network");
    try (hosts) {
      List<ClusterProcess> all = List.of(hosts.spawnAlone(), hosts.spawnAlone());
      ClusterProcess next = hosts.spawnAlone();
      for (ClusterProcess each : all) {
        ClusterView view = start(each, "m");
        view.put("map", view.id(), "there");
        view.increment("counter");
        view.lock("lock");
        view.churn(view.id(), notes(view.id()), 0);
        view.member().consume("t.echo", "echo");
        Await.until("it changes", () -> view.churned() > 100);
      }
      for (ClusterProcess each : all) {
        each.kill();
      }
      assertTrue(Files.exists(hosts.directory(1).resolve("cluster/.cluster/control")));
      long begin = System.nanoTime();
      ClusterView fresh = start(next, "m");
      row.detected(System.nanoTime() - begin);
      assertEquals(List.of(fresh.id()), fresh.nodes());
      assertEquals(0, fresh.size("map"));
      assertEquals(1, fresh.increment("counter"));
      fresh.lock("lock");
      fresh.awaitLocked("lock");
      assertEquals(0, fresh.registrations("t.echo"));
      assertEquals(List.of(), fresh.member().warnings());
      row.once();
    }
  }
}
