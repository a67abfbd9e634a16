package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.faults.KillPoint.Phase;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;
import org.vertxipc.testing.Debugger;
import org.vertxipc.testing.OnOneJdk;

/**
 * Kills a member of a cluster without a network at each {@link KillPoint}: a debugger stops it
 * there. Each test takes some of them by chance, and all, again and again, with {@code -Pfaults}.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class ClusterPointsTest {
  private static final int SOME = 6;
  private static final int ROUNDS = 25;

  @TempDir private Path notes;

  private final ClusterHosts hosts = new ClusterHosts();
  private final List<Victim> waiting = new ArrayList<>();

  ClusterPointsTest() throws IOException {}

  /** A JVM that a debugger will stop. */
  private record Victim(ClusterProcess process, Debugger debugger) {}

  private void spawn() throws IOException {
    Debugger debugger = new Debugger();
    waiting.add(new Victim(hosts.spawnAlone(debugger.flag()), debugger));
  }

  /** Starts the one after the next meanwhile. */
  private Victim next() throws IOException {
    if (waiting.isEmpty()) {
      spawn();
    }
    Victim next = waiting.remove(0);
    spawn();
    next.process().awaitUp();
    return next;
  }

  private static List<KillPoint> points(String test, Phase... phases) {
    List<KillPoint> all = new ArrayList<>(KillPoint.of(phases));
    Collections.shuffle(all, FaultTable.random(test));
    int times = FaultTable.times(SOME, ROUNDS * all.size());
    List<KillPoint> points = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      points.add(all.get(i % all.size()));
    }
    return points;
  }

  @Test
  void whoIsThereGoesOn() throws Exception {
    String fault = "kill -9 at a point, cluster without a network";
    try (hosts) {
      Survivors survivors = new Survivors(hosts, notes, fault);
      int i = 0;
      for (KillPoint point : points(fault, Phase.WORK, Phase.JOIN, Phase.LEAVE)) {
        Victim victim = next();
        try (Debugger debugger = victim.debugger()) {
          die(survivors, victim, debugger, point, "victim-" + i++);
        } catch (Exception | AssertionError e) {
          throw new AssertionError("killed at " + point, e);
        }
      }
      survivors.end();
      endOthers();
    }
  }

  private void die(
      Survivors survivors, Victim victim, Debugger debugger, KillPoint point, String name)
      throws Exception {
    ClusterProcess process = victim.process();
    switch (point.phase) {
      case WORK -> {
        survivors.work(process, name);
        debugger.stopAt(point.at());
        debugger.awaitHit();
        survivors.surviveWorker(name, Survivors.kill(process));
      }
      case JOIN -> {
        debugger.stopAt(point.at());
        process.member(name).startLater(hosts.local(1));
        debugger.awaitHit();
        survivors.awaitAlone(Survivors.kill(process));
        survivors.survive();
      }
      default -> {
        ClusterView leaving = survivors.work(process, name);
        assertEquals(List.of(), leaving.stopChurn());
        debugger.stopAt(point.at());
        leaving.member().callLater("close", new JsonObject());
        debugger.awaitHit();
        survivors.surviveWorker(name, Survivors.kill(process));
      }
    }
  }

  /** When nobody else is there, the next one begins anew, at once, and leaves nothing. */
  @Test
  void theNextOneBeginsAnew() throws Exception {
    String fault = "kill -9 at a point, first or last of a cluster";
    FaultTable.Row row = FaultTable.row(fault);
    try (hosts) {
      ClusterProcess after = hosts.spawnAlone();
      after.awaitUp();
      for (KillPoint point : points(fault, Phase.BEGIN, Phase.END)) {
        Victim victim = next();
        try (Debugger debugger = victim.debugger()) {
          dieAlone(victim.process(), debugger, point);
          long start = System.nanoTime();
          beginAnew(after);
          row.detected(System.nanoTime() - start);
        } catch (Exception | AssertionError e) {
          throw new AssertionError("killed at " + point, e);
        }
        row.leaked(hosts.files(1).size());
        row.once();
      }
      endOthers();
    }
    assertTrue(row.isClean(), row::toString);
  }

  private void dieAlone(ClusterProcess process, Debugger debugger, KillPoint point)
      throws Exception {
    if (point.phase == Phase.BEGIN) {
      debugger.stopAt(point.at());
      process.member("alone").startLater(hosts.local(1));
    } else {
      ClusterView last = new ClusterView(process.member("alone").start(hosts.local(1)));
      last.put("map", "key", "of before");
      last.increment("counter");
      last.lock("lock");
      last.awaitLocked("lock");
      debugger.stopAt(point.at());
      last.member().callLater("close", new JsonObject());
    }
    debugger.awaitHit();
    process.kill();
  }

  private void beginAnew(ClusterProcess process) throws Exception {
    ClusterView fresh = new ClusterView(process.member("fresh").start(hosts.local(1)));
    assertEquals(List.of(fresh.id()), fresh.nodes());
    assertEquals(0, fresh.size("map"));
    assertEquals(1, fresh.increment("counter"));
    fresh.lock("lock");
    fresh.awaitLocked("lock");
    assertEquals(List.of(), fresh.member().warnings());
    fresh.member().close();
  }

  private void endOthers() throws Exception {
    for (Victim each : waiting) {
      each.debugger().close();
      each.process().kill();
    }
  }
}
