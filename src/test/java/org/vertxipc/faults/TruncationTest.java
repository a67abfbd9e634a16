package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;

/** Truncates a file that two JVMs have mapped: neither may crash or stop. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
class TruncationTest {

  @ParameterizedTest
  @CsvSource({"shm, park, true", "shm, spin, false"})
  void aTruncatedFileCutsOffThatPeerAlone(String transport, String strategy, boolean writerFirst)
      throws Exception {
    FaultTable.Row row = FaultTable.row("truncated file, " + transport + " " + strategy);
    Random random = FaultTable.random("truncated file");
    int times = FaultTable.times(1, 30);
    for (int i = 0; i < times; i++) {
      try (TestBus bus = new TestBus(transport)) {
        truncate(
            bus, strategy, writerFirst, random.nextBoolean() ? 0 : 4096L * random.nextInt(8), row);
      }
      row.once();
    }
  }

  private void truncate(
      TestBus bus, String strategy, boolean writerFirst, long size, FaultTable.Row row)
      throws Exception {
    BusOptions here = bus.options("here").addExport("t.n").addExport("t.echo").addImport("x.*");
    NodeProcess reader = bus.process(here.setIdle(new IdleOptions().setStrategy(strategy)));
    NodeProcess writer = bus.process(bus.options("victim").addImport("t.*").addExport("x.echo"));
    reader.consume("t.n", "number");
    reader.consume("t.echo", "echo");
    reader.call("start");
    writer.consume("x.echo", "echo");
    writer.call("start");
    writer.call("await", "t.n");
    // In compiled code, faults are reported late.
    writer.call("flood", "t.n", 300);
    Vertx vertx = bus.vertx(true);
    IpcBridge honest = bus.bridge(vertx, bus.options("honest").addImport("t.*").addImport("x.*"));
    Await.get(honest.start());
    Await.get(honest.awaitExport("t.echo"));
    Await.get(honest.awaitExport("x.echo"));
    Path file = bus.ring("here", "victim");
    long start = System.nanoTime();
    truncate(file, size);
    // It goes on writing. A reader that sleeps meanwhile finds that the writer has hung up.
    if (writerFirst) {
      reader.signal("STOP");
    }
    writer.call("flood", "t.n", 50);
    if (writerFirst) {
      reader.signal("CONT");
    }
    // On a busy machine it may not have reached the missing part yet, so this repeats.
    Await.until("cut off", () -> reader.gone().contains("victim") || flooded(writer));
    row.detected(System.nanoTime() - start);
    String gone = reader.gone();
    assertTrue(gone.contains("truncated"), gone);
    assertTrue(gone.contains(file.getFileName().toString()), gone);
    for (int i = 0; i < 100; i++) {
      assertEquals("on", Await.get(vertx.eventBus().request("t.echo", "on")).body());
      assertEquals("on", Await.get(vertx.eventBus().request("x.echo", "on")).body());
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  /** Checks that both continue with a new store, and that the old one is kept for the user. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTruncatedStoreIsPutAsideAndMadeAnew(boolean writerFirst) throws Exception {
    FaultTable.Row row = FaultTable.row("truncated store");
    Random random = FaultTable.random("truncated store");
    int times = FaultTable.times(1, 30);
    for (int i = 0; i < times; i++) {
      try (TestBus bus = new TestBus("mapped")) {
        truncateStore(bus, writerFirst, random.nextBoolean() ? 0 : 4096L * random.nextInt(8), row);
      }
      row.once();
    }
  }

  private void truncateStore(TestBus bus, boolean writerFirst, long size, FaultTable.Row row)
      throws Exception {
    NodeProcess reader =
        bus.process(bus.options("here").addExport("t.n").addExport("t.echo").addExport("t.after"));
    reader.consume("t.after", "record");
    NodeProcess writer = bus.process(bus.options("victim").addImport("t.*"));
    reader.consume("t.n", "number");
    reader.consume("t.echo", "echo");
    reader.call("start");
    writer.call("start");
    writer.call("await", "t.echo");
    writer.call("flood", "t.n", 300);
    Path file = bus.store().resolve("here").resolve("victim.store");
    long start = System.nanoTime();
    truncate(file, size);
    if (writerFirst) {
      reader.signal("STOP");
      writer.call("flood", "t.n", 50);
      reader.signal("CONT");
    }
    // What the writer leaves in the new one arrives, though neither has left the other.
    Await.until(
        "it is recreated",
        () -> {
          send(writer, "t.after");
          return reader.count("t.after") > 0;
        });
    row.detected(System.nanoTime() - start);
    assertEquals("[]", reader.gone());
    assertEquals("[]", writer.gone());
    assertEquals("on", writer.call("request", "t.echo", "on"));
    try (Stream<Path> files = Files.list(file.getParent())) {
      List<Long> aside =
          files
              .filter(f -> f.getFileName().toString().startsWith("victim.store.damaged-"))
              .map(f -> f.toFile().length())
              .toList();
      assertEquals(List.of(size), aside);
    }
  }

  private static void send(NodeProcess writer, String address) {
    try {
      writer.call("send", address, 1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Returns false while there is more to await. */
  private static boolean flooded(NodeProcess writer) {
    try {
      writer.call("flood", "t.n", 20);
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
