package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import io.vertx.launcher.application.VertxApplication;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;

/** The bridge as a verticle: by instance, by name, with good and bad configurations. */
@ExtendWith(VertxExtension.class)
class VerticleTest {

  @Test
  void deployedAndUndeployed(Vertx vertx, VertxTestContext context) {
    TestBus bus = new TestBus("shm");
    IpcBridgeVerticle verticle = new IpcBridgeVerticle();
    JsonObject config = TestBus.json(bus.options("v"));
    String name = config.getJsonObject("bus").getString("name");
    vertx
        .deployVerticle(verticle, new DeploymentOptions().setConfig(config))
        .compose(
            id -> {
              context.verify(
                  () -> {
                    assertSame(verticle.bridge(), IpcBridge.get(vertx, name));
                    assertTrue(Files.exists(bus.path().resolve("v").resolve("node.json")));
                  });
              return vertx.undeploy(id);
            })
        .onComplete(
            context.succeeding(
                v ->
                    context.verify(
                        () -> {
                          assertNull(IpcBridge.get(vertx, name));
                          assertFalse(Files.exists(bus.path()));
                          context.completeNow();
                        })));
  }

  @Test
  void redeployedWithoutGrowth(Vertx vertx) throws Exception {
    TestBus bus = new TestBus("shm");
    NodeProcess other = bus.process(bus.options("other"));
    other.call("start");
    int rounds = 30;
    List<String> before = List.of();
    int mapped = 0;
    for (int i = 0; i < 5 + rounds; i++) {
      String id =
          Await.get(
              vertx.deployVerticle(
                  new IpcBridgeVerticle(),
                  new DeploymentOptions().setConfig(TestBus.json(bus.options("v")))));
      Await.get(vertx.undeploy(id));
      if (i == 4) {
        before = descriptors();
        mapped = mappings(bus);
      }
    }
    List<String> after = descriptors();
    assertEquals(
        List.of(), after.stream().filter(d -> d.startsWith(bus.path().toString())).toList());
    // The JVM opens and closes a few of its own meanwhile (class files, event loops of tests that
    // end): what leaks with a deployment leaks as often as there are deployments.
    List<String> opened = new ArrayList<>(after);
    before.forEach(opened::remove);
    assertTrue(after.size() - before.size() < rounds / 2, () -> "Left open: " + opened);
    assertEquals(0, mapped, "mappings");
    assertEquals(0, mappings(bus), "mappings");
    bus.close();
  }

  /** What each open descriptor leads to; looked at again when one is closed meanwhile. */
  private static List<String> descriptors() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : fds.toList()) {
        if (Files.isSymbolicLink(fd)) {
          targets.add(Files.readSymbolicLink(fd).toString());
        }
      }
    } catch (NoSuchFileException e) {
      return descriptors();
    }
    return targets;
  }

  private static int mappings(TestBus bus) throws IOException {
    return (int)
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains(bus.path().toString()))
            .count();
  }

  @Test
  void aWrongConfigurationFailsTheDeployment(Vertx vertx) throws Exception {
    JsonObject config =
        new JsonObject()
            .put("bus", new JsonObject().put("name", "x").put("transprot", "shm"))
            .put("lnks", 1);
    Throwable e =
        Await.failure(
            vertx.deployVerticle(
                new IpcBridgeVerticle(), new DeploymentOptions().setConfig(config)));
    assertTrue(e.getMessage().contains("/bus/transprot: unknown key, accepted are [name, node"));
    assertTrue(e.getMessage().contains("/lnks: unknown key"));
  }

  @Test
  void startedByTheLauncherByName(@TempDir Path temp) throws Exception {
    try (TestBus bus = new TestBus("fifo")) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here"));
      Await.get(bridge.start());
      Path conf = temp.resolve("conf.json");
      Files.writeString(conf, TestBus.json(bus.options("launched").addExport("x")).encode());
      List<String> command = NodeProcess.java();
      command.add(VertxApplication.class.getName());
      command.addAll(List.of(IpcBridgeVerticle.class.getName(), "-conf", conf.toString()));
      Process launched =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(new File(temp.toFile(), "out"))
              .start();
      try {
        Await.get(bridge.awaitExport("x").timeout(20, TimeUnit.SECONDS));
        assertEquals("launched", Await.get(bridge.peers()).get(0).node());
        launched.destroy();
        assertTrue(launched.waitFor(20, TimeUnit.SECONDS), "the launcher ends on SIGTERM");
        Await.until("it left", () -> !Files.exists(bus.path().resolve("launched.lock")));
      } finally {
        launched.destroyForcibly();
      }
    }
  }
}
