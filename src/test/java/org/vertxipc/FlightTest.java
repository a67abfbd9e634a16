package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;

/** Records what happens with Java Flight Recorder. */
class FlightTest {
  private static final List<String> ALL =
      List.of("PeerUp", "PeerDown", "QueueFilling", "StoreRepaired", "Connection");

  @TempDir Path temp;

  private interface Scene {
    void play() throws Exception;
  }

  private List<RecordedEvent> recorded(boolean on, Scene scene) throws Exception {
    Path file = temp.resolve("events-" + on + ".jfr");
    try (Recording recording = new Recording()) {
      if (on) {
        ALL.forEach(name -> recording.enable("vertx.ipc." + name));
      }
      recording.start();
      scene.play();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("vertx.ipc."))
        .toList();
  }

  private static void assertEvent(List<RecordedEvent> all, String name, String... fields) {
    assertTrue(
        all.stream()
            .filter(event -> event.getEventType().getName().equals("vertx.ipc." + name))
            .anyMatch(
                event -> {
                  for (int i = 0; i < fields.length; i += 2) {
                    if (!fields[i + 1].equals(String.valueOf(event.<Object>getValue(fields[i])))) {
                      return false;
                    }
                  }
                  return true;
                }),
        name + " in " + all);
  }

  private static void aPeerDies() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      NodeProcess dying = bus.process(bus.options("dying").addExport("t.sink"));
      dying.call("start");
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge =
          bus.bridge(vertx, bus.options("node").addImport("t.*").setSendQueueBytes(8 << 20));
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("t.sink"));
      dying.signal("STOP");
      for (int i = 0; i < 40; i++) {
        vertx.eventBus().send("t.sink", Buffer.buffer(new byte[500_000]));
      }
      Await.until("it is full", () -> bridge.stats().overflowed() > 0);
      dying.kill();
      Await.until("noticed", () -> bridge.stats().lostPeers() == 1);
      Await.until("cleaned up", () -> !Files.exists(bus.path().resolve("dying")));
    }
  }

  @Test
  void whatHappensToPeersIsRecorded() throws Exception {
    List<RecordedEvent> all = recorded(true, FlightTest::aPeerDies);
    assertEvent(all, "PeerUp", "node", "node", "peer", "dying", "transport", "shm");
    assertEvent(all, "QueueFilling", "peer", "dying");
    assertEvent(all, "PeerDown", "peer", "dying", "orderly", "false", "reason", "died");
  }

  @Test
  void nothingIsRecordedUnlessItIsAskedFor() throws Exception {
    assertEquals(List.of(), recorded(false, () -> new ClusterOfTwo().close()));
  }

  @Test
  void connectionsAreRecorded() throws Exception {
    List<RecordedEvent> all = recorded(true, () -> new ClusterOfTwo().close());
    assertEvent(all, "Connection", "byRing", "true");
  }

  /** Two members, of which one has asked the other. */
  private static final class ClusterOfTwo {
    private final Vertx one = member();
    private final Vertx two = member();

    ClusterOfTwo() throws Exception {
      Await.get(two.eventBus().consumer("t", m -> m.reply(m.body())).completion());
      Await.get(one.eventBus().request("t", "on"));
    }

    private static Vertx member() throws Exception {
      String directory = "/dev/shm/vertx-ipc-flight-" + ProcessHandle.current().pid();
      return Await.get(
          Vertx.builder()
              .withClusterManager(
                  new IpcClusterManager(new IpcClusterOptions().setDirectory(directory)))
              .buildClustered());
    }

    void close() throws Exception {
      Await.get(one.close());
      Await.get(two.close());
    }
  }
}
