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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
