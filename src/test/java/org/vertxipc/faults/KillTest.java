package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.Segments;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.TestNode;
import org.vertxipc.testing.Torrent;

/** Kills a node that writes and reads as fast as it can with {@code kill -9}, again and again. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
class KillTest {
  private static final int PENDING = 5;
  private static final int MAX_PAUSE_MILLIS = 120;

  @ParameterizedTest
  @MethodSource("org.vertxipc.faults.FaultTable#transports")
  void theSurvivorGoesOn(String transport) throws Exception {
    Random random = FaultTable.random("kill -9, " + transport);
    FaultTable.Row killed = FaultTable.row("kill -9, " + transport);
    FaultTable.Row restarted = FaultTable.row("restarted after kill -9, " + transport);
    Queue<String> wrong;
    Torrent.Check check = new Torrent.Check();
    int times = FaultTable.times(1, 167);
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      BusOptions here =
          bus.options("here").addImport("x.*").addExport("t.back").addExport(TestNode.WRONG);
      IpcBridge bridge = bus.bridge(vertx, here);
      wrong = check.listen(vertx, "t.back");
      Await.get(bridge.start());
      Torrent.start(vertx, bridge, "x.check", 0);
      NodeProcess next = ready(bus);
      int descriptors = 0;
      for (int i = 0; i < times; i++) {
        NodeProcess victim = next;
        next = ready(bus);
        long start = System.nanoTime();
        victim.call("start");
        victim.call("torrent", "t.back");
        if (random.nextInt(8) > 0) {
          Await.get(bridge.awaitExport("x.silent"));
          restarted.detected(System.nanoTime() - start);
          restarted.once();
          int before = check.count();
          Await.until("it flows again", () -> check.count() > before + 100);
          assertEquals("on", Await.get(vertx.eventBus().request("x.echo", "on")).body());
          Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
          killPending(vertx, victim, killed);
        } else {
          // It dies in the middle of the start.
          victim.kill();
        }
        Await.until("it is gone", () -> Await.exports(bridge).isEmpty());
        Await.until("its files are gone", () -> !Files.exists(bus.path().resolve("victim.lock")));
        killed.leaked(Segments.madeBy(victim.pid()).size());
        killed.once();
        if (i == 0) {
          descriptors = Leaks.descriptors();
        }
      }
      killed.leaked(Math.max(0, Leaks.descriptors() - descriptors - times / 4 - 8));
      killed.lost(wrong.size());
      Await.get(bridge.close());
      assertEquals(0, Leaks.mappings(bus.path()), "mappings");
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
    assertTrue(killed.isClean(), killed::toString);
  }

  private static void killPending(Vertx vertx, NodeProcess victim, FaultTable.Row row)
      throws Exception {
    AtomicLong last = new AtomicLong();
    List<Future<?>> pending = new ArrayList<>();
    DeliveryOptions patient = new DeliveryOptions().setSendTimeout(60_000);
    for (int i = 0; i < PENDING; i++) {
      pending.add(
          vertx
              .eventBus()
              .request("x.silent", i, patient)
              .onComplete(done -> last.set(System.nanoTime())));
    }
    // They are there when something that is sent after them is answered.
    Await.get(vertx.eventBus().request("x.echo", "barrier"));
    long start = System.nanoTime();
    victim.kill();
    for (Future<?> request : pending) {
      String message = Await.failure(request).getMessage();
      assertTrue(message.contains("'victim'"), message);
    }
    row.detected(last.get() - start);
  }

  private static NodeProcess ready(TestBus bus) throws Exception {
    BusOptions options =
        bus.options("victim")
            .addImport("t.*")
            .addExport("x.check")
            .addExport("x.echo")
            .addExport("x.silent");
    NodeProcess node = bus.process(options);
    for (String mode : List.of("check", "echo", "silent")) {
      node.consume("x." + mode, mode);
    }
    return node;
  }
}
