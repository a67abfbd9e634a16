package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.vertxipc.testing.OnOneJdk;

/** Kills a member of a cluster without a network while it changes what the cluster shares. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class ClusterKillTest {
  private static final int MAX_PAUSE_MILLIS = 200;

  @TempDir private Path notes;

  private final ClusterHosts hosts = new ClusterHosts();

  ClusterKillTest() throws IOException {}

  @Test
  void whatWasAcknowledgedStays() throws Exception {
    Random random = FaultTable.random("kill -9, cluster without a network");
    int times = FaultTable.times(4, 100);
    try (hosts) {
      Survivors survivors = new Survivors(hosts, notes, "kill -9, cluster without a network");
      ClusterProcess next = hosts.spawnAlone();
      for (int i = 0; i < times; i++) {
        ClusterProcess process = next;
        next = i < times - 1 ? hosts.spawnAlone() : null;
        String name = "victim-" + i;
        survivors.work(process, name);
        Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
        survivors.surviveWorker(name, Survivors.kill(process));
      }
      survivors.end();
    }
  }

  @Test
  void afterTheDeathOfAllItBeginsEmpty() throws Exception {
    FaultTable.Row row = FaultTable.row("kill -9 of all, cluster without a network");
    try (hosts) {
      List<ClusterProcess> all = List.of(hosts.spawnAlone(), hosts.spawnAlone());
      ClusterProcess next = hosts.spawnAlone();
      for (ClusterProcess each : all) {
        ClusterView view = new ClusterView(each.member("m").start(hosts.local(1)));
        view.put("map", view.id(), "there");
        view.increment("counter");
        view.lock("lock");
        view.churn(view.id(), notes.resolve(view.id()), 0);
        view.member().consume("t.echo", "echo");
        Await.until("it changes", () -> view.churned() > 100);
      }
      for (ClusterProcess each : all) {
        each.kill();
      }
      assertTrue(Files.exists(hosts.directory(1).resolve("cluster/.cluster/control")));
      long begin = System.nanoTime();
      ClusterView fresh = new ClusterView(next.member("m").start(hosts.local(1)));
      row.detected(System.nanoTime() - begin);
      assertEquals(List.of(fresh.id()), fresh.nodes());
      assertEquals(0, fresh.size("map"));
      assertEquals(1, fresh.increment("counter"));
      fresh.lock("lock");
      fresh.awaitLocked("lock");
      assertEquals(0, fresh.registrations("t.echo"));
      assertEquals(List.of(), fresh.member().warningsOfFaults());
      row.once();
    }
  }
}
