package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridgeVerticle;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.Said;
import org.vertxipc.testing.TestBus;

/** Checks that a verticle that is deployed and undeployed leaves nothing in its process. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RedeployTest {
  private static final int WARM_UP = 5;
  private static final long HEAP_BYTES = 8 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo", "mapped"})
  void redeployedWithoutGrowth(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("undeploy and redeploy, " + transport);
    int rounds = FaultTable.times(15, 1_000);
    try (TestBus bus = new TestBus(transport);
        Said said = new Said()) {
      NodeProcess other = bus.process(bus.options("other").addImport("e.*").addExport("o.echo"));
      other.consume("o.echo", "echo");
      other.call("start");
      Vertx vertx = bus.vertx(true);
      BusOptions options = bus.options("v").addExport("e.x").addImport("o.*");
      List<String> before = List.of();
      int threads = 0;
      long heap = 0;
      for (int i = 0; i < WARM_UP + rounds; i++) {
        String id =
            Await.get(
                vertx.deployVerticle(
                    new IpcBridgeVerticle(),
                    new DeploymentOptions().setConfig(TestBus.json(options))));
        assertEquals(i, answer(vertx, i, said));
        Await.get(vertx.undeploy(id));
        if (i == WARM_UP - 1) {
          before = Leaks.descriptorTargets();
          threads = Thread.activeCount();
          heap = Leaks.heap();
        }
      }
      row.times(rounds);
      List<String> after = Leaks.descriptorTargets();
      String path = bus.path().toString();
      row.leaked(after.stream().filter(d -> d.startsWith(path)).count());
      row.leaked(Leaks.mappings(bus.path()) + Leaks.mappings(bus.store()));
      // The JVM opens and closes a few of its own meanwhile (class files, event loops of tests that
      // end): what leaks with a deployment leaks as often as there are deployments.
      List<String> opened = new ArrayList<>(after);
      before.forEach(opened::remove);
      assertTrue(after.size() - before.size() < rounds / 2, () -> "Left open: " + opened);
      int grown = Thread.activeCount() - threads;
      assertTrue(grown < rounds / 2, () -> grown + " threads more");
      long growth = Leaks.heap() - heap;
      assertTrue(growth < HEAP_BYTES, () -> "The heap grew by " + growth + " bytes");
    }
    assertTrue(row.isClean(), row::toString);
  }

  private static Object answer(Vertx vertx, int number, Said said) throws Exception {
    try {
      return Await.get(vertx.eventBus().request("o.echo", number)).body();
    } catch (ReplyException e) {
      List<String> lines = said.starting("Node ");
      throw new AssertionError("round " + number + ": " + e.getMessage() + ", " + lines, e);
    }
  }
}
