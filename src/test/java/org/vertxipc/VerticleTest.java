package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import io.vertx.launcher.application.VertxApplication;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.JvmProcess;
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

  private static void assertNamesWhatIsThere(Throwable e, String name) {
    String text = e.getMessage();
    assertTrue(text.contains("is already on the bus '" + name + "', as node 'v"), text);
    assertTrue(text.contains("One instance of the verticle is enough"), text);
    assertTrue(text.contains("IpcBridge.get(vertx, \"" + name + "\")"), text);
  }

  @Test
  void twoInstancesAreRefused() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      JsonObject config = TestBus.json(bus.options(null));
      String name = config.getJsonObject("bus").getString("name");
      config.getJsonObject("bus").put("node", "v");
      Throwable e =
          Await.failure(
              vertx.deployVerticle(
                  IpcBridgeVerticle.class.getName(),
                  new DeploymentOptions().setInstances(2).setConfig(config)));
      assertNamesWhatIsThere(e, name);
      // Nothing of the deployment stays: the instance that had the place has left it, too.
      Await.until("left", () -> !Files.exists(bus.path()));
      assertNull(IpcBridge.get(vertx, name));
      IpcBridgeVerticle one = new IpcBridgeVerticle();
      Await.get(vertx.deployVerticle(one, new DeploymentOptions().setConfig(config)));
      assertSame(one.bridge(), IpcBridge.get(vertx, name));
    }
  }

  @Test
  void ofSeveralThatStartAtOnceOneWins() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      String name = bus.options("v").getName();
      for (int round = 0; round < 10; round++) {
        List<IpcBridge> bridges = new ArrayList<>();
        List<Future<Void>> starts = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          IpcBridge bridge = bus.bridge(vertx, bus.options("v" + i));
          bridges.add(bridge);
          Promise<Void> start = Promise.promise();
          starts.add(start.future());
          Thread thread =
              new Thread(
                  () -> {
                    try {
                      go.await();
                    } catch (InterruptedException e) {
                      start.fail(e);
                      return;
                    }
                    bridge.start().onComplete(start);
                  });
          thread.start();
          threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
          thread.join();
        }
        IpcBridge winner = null;
        for (int i = 0; i < 4; i++) {
          Await.settled(starts.get(i));
          if (starts.get(i).succeeded()) {
            assertNull(winner, "two have started");
            winner = bridges.get(i);
          } else {
            assertNamesWhatIsThere(starts.get(i).cause(), name);
          }
        }
        assertSame(winner, IpcBridge.get(vertx, name));
        // A bridge that is started while the winner closes gets its place.
        Future<Void> closed = winner.close();
        assertNull(IpcBridge.get(vertx, name));
        IpcBridge next = bus.bridge(vertx, bus.options("next"));
        Await.get(next.start());
        assertTrue(closed.isComplete() || Await.get(closed) == null);
        assertSame(next, IpcBridge.get(vertx, name));
        Await.get(next.close());
      }
    }
  }

  @Test
  void aPlaceIsFreeAgainWhenItsBridgeCouldNotStart() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      Await.get(bus.bridge(bus.vertx(true), bus.options("v")).start());
      Throwable e = Await.failure(bus.bridge(vertx, bus.options("v")).start());
      assertTrue(e.getMessage().contains("'v'"), e.getMessage());
      Await.get(bus.bridge(vertx, bus.options("w")).start());
    }
  }

  @Test
  void startedByTheLauncherByName(@TempDir Path temp) throws Exception {
    try (TestBus bus = new TestBus("fifo")) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here"));
      Await.get(bridge.start());
      Path conf = temp.resolve("conf.json");
      Files.writeString(conf, TestBus.json(bus.options("launched").addExport("x")).encode());
      List<String> command = JvmProcess.java();
      command.add(VertxApplication.class.getName());
      command.addAll(List.of(IpcBridgeVerticle.class.getName(), "-conf", conf.toString()));
      Process launched =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(new File(temp.toFile(), "out"))
              .start();
      try {
        Await.get(bridge.awaitExport("x", 20, TimeUnit.SECONDS));
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
