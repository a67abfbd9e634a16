package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.BusOptions;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;

/** What a node needs of the kernel is used up. */
class LimitsTest {

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void aPeerIsMetWhenThereAreDescriptorsAgain(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("no descriptors left, " + transport);
    try (TestBus bus = new TestBus(transport)) {
      BusOptions short1 = bus.options("short").addExport("s.echo").addImport("x.*");
      NodeProcess node = bus.process(short1);
      node.consume("s.echo", "echo");
      node.call("start");
      Vertx vertx = bus.vertx(true);
      IpcBridge known = bus.bridge(vertx, bus.options("known").addImport("s.*"));
      Await.get(known.start());
      Await.get(known.awaitExport("s.echo"));
      assertEquals("warm", Await.get(vertx.eventBus().request("s.echo", "warm")).body());
      node.call("exhaust");
      Vertx other = bus.vertx(true);
      BusOptions late = bus.options("late").addImport("s.*").setStartTimeoutMillis(500);
      IpcBridge bridge = bus.bridge(other, late);
      Await.get(bridge.start());
      assertEquals(List.of(), Await.exports(bridge));
      assertFalse(Await.get(bridge.peers()).stream().anyMatch(p -> !p.exports().isEmpty()));
      // Who is connected already is served on.
      assertEquals("on", Await.get(vertx.eventBus().request("s.echo", "on")).body());
      node.call("free");
      long start = System.nanoTime();
      Await.get(bridge.awaitExport("s.echo"));
      row.detected(System.nanoTime() - start);
      assertEquals("on", Await.get(other.eventBus().request("s.echo", "on")).body());
      row.once();
    }
  }

  @Test
  void aDirectoryThatCantBeMadeIsNamed() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Path nowhere = Path.of("/proc/vertx-ipc");
      IpcBridge bridge =
          bus.bridge(bus.vertx(true), bus.options("here").setDirectory(nowhere.toString()));
      String message = Await.failure(bridge.start()).getMessage();
      assertTrue(message.contains("mkdir(" + nowhere + ")"), message);
      assertTrue(message.contains("ENOENT"), message);
    }
  }
}
