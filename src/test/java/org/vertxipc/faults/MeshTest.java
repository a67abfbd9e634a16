package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.mesh.Mesh;
import org.vertxipc.testing.mesh.MeshPlan;
import org.vertxipc.testing.mesh.MeshReport;

/**
 * Six processes, one for each transport, send each other everything that an event bus supports,
 * while addresses and consumers come and go, and nodes are killed, stopped, closed and restarted.
 * Each records what it does; at the end the ledgers are compared.
 *
 * <p>{@code -Dmesh.seed=N} repeats the random choices of a run, {@code -Dmesh.seconds=N} makes it
 * longer, {@code -Dmesh.rounds=N} sets how many there are, {@code -Dmesh.transports=shm,fifo} uses
 * only these, {@code -Dmesh.examples=N} prints that many of each finding. What the nodes wrote and
 * printed is kept when it fails.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class MeshTest {

  @Test
  void whateverHappensEachMessageComesOnceAndInItsTurn(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
    int rounds = Integer.getInteger("mesh.rounds", FaultTable.times(1, 10));
    int seconds = Integer.getInteger("mesh.seconds", FaultTable.times(10, 60));
    String some = System.getProperty("mesh.transports", String.join(",", BusOptions.TRANSPORTS));
    List<String> transports = List.of(some.split(","));
    FaultTable.Row row = FaultTable.row("mesh of six, all transports");
    Random random = FaultTable.random("mesh");
    StringBuilder wrong = new StringBuilder();
    for (int i = 0; i < rounds; i++) {
      long seed = Long.getLong("mesh.seed", random.nextLong());
      MeshPlan plan = new MeshPlan(seed, transports);
      System.out.println("mesh: -Dmesh.seed=" + seed + " -Dmesh.seconds=" + seconds + ", " + plan);
      Path round = Files.createDirectory(directory.resolve("round-" + i));
      MeshReport report = run(plan, seconds, round, row);
      System.out.println(report);
      if (!report.findings().isClean()) {
        wrong.append("seed ").append(seed).append(", ").append(round).append('\n').append(report);
      } else {
        OtherUsers.delete(round);
      }
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
    assertTrue(row.isClean(), row::toString);
  }

  private static MeshReport run(MeshPlan plan, int seconds, Path directory, FaultTable.Row row)
      throws Exception {
    try (TestBus bus = new TestBus("shm");
        Mesh mesh = new Mesh(plan, bus, directory)) {
      mesh.run(seconds);
      mesh.hush();
      mesh.end();
      MeshReport report = mesh.report(bus.vertx(true));
      row.times(mesh.actions());
      row.lost(report.findings().lost());
      row.leaked(report.findings().left());
      for (long i = 0; i < report.findings().wedged(); i++) {
        row.wedged();
      }
      return report;
    }
  }
}
