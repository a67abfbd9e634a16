package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/** Asks bridges how they are, as a health check does. */
@OnOneJdk
class IpcHealthTest {
  private final TestBus bus = new TestBus("shm");

  @AfterEach
  void end() throws Exception {
    bus.close();
  }

  /** Asks through the registry of health checks. */
  private static CheckResult ask(HealthChecks checks) {
    try {
      CheckResult all = Await.get(checks.checkStatus());
      assertEquals(1, all.getChecks().size());
      return all.getChecks().get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HealthChecks checks(Vertx vertx, IpcBridge bridge, IpcHealthOptions options) {
    return HealthChecks.create(vertx).register("bus", IpcHealth.procedure(bridge, options));
  }

  private static JsonArray problems(CheckResult result) {
    assertFalse(result.getUp());
    return result.getData().getJsonArray("problems");
  }

  @Test
  void aBridgeIsWellWhileItsPeersAreThere() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge a = bus.bridge(vertx, bus.options("a").addImport("t.*"));
    HealthChecks checks =
        checks(vertx, a, new IpcHealthOptions().setPeers(List.of("b")).setMinPeers(2));
    CheckResult result = ask(checks);
    assertEquals(new JsonArray().add("The bridge is not started, or is closed"), problems(result));
    assertEquals("a", result.getData().getString("node"));
    assertFalse(result.getData().getBoolean("started"));
    Await.get(a.start());
    assertEquals(
        new JsonArray()
            .add("Node 'b' is not connected")
            .add("Of 2 nodes that are needed, 0 are connected"),
        problems(ask(checks)));
    NodeProcess b = bus.process(bus.options("b").addExport("t.b"));
    NodeProcess c = bus.process(bus.options("c").addExport("t.c"));
    b.call("start");
    c.call("start");
    Await.get(a.awaitExport("t.b"));
    Await.get(a.awaitExport("t.c"));
    result = ask(checks);
    assertTrue(result.getUp(), result.toJson().encode());
    assertEquals(
        new JsonObject()
            .put("node", "a")
            .put("started", true)
            .put("lost", new JsonObject())
            .put("peers", new JsonArray().add("b").add("c"))
            .put("queuedBytes", new JsonObject()),
        result.getData());
    b.kill();
    Await.until("its death is noticed", () -> !ask(checks).getUp());
    result = ask(checks);
    assertEquals(
        new JsonArray()
            .add("Node 'b' is not connected")
            .add("Of 2 nodes that are needed, 1 is connected"),
        problems(result));
    assertEquals(new JsonArray().add("c"), result.getData().getJsonArray("peers"));
    Await.get(a.close());
    assertEquals(
        new JsonArray().add("The bridge is not started, or is closed"), problems(ask(checks)));
  }

  @Test
  void tooMuchThatWaitsIsAProblem() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge a = bus.bridge(vertx, bus.options("a").addImport("t.*"));
    IpcBridge b = bus.bridge(bus.vertx(true), bus.options("b").addExport("t.slow"));
    Await.get(a.start());
    Await.get(b.start());
    Await.get(a.awaitExport("t.slow"));
    HealthChecks checks =
        checks(vertx, a, new IpcHealthOptions().setMaxQueuedBytes(1_000_000).setQuietMillis(0));
    assertTrue(ask(checks).getUp());
    b.pause();
    // More than a ring of 1 MiB, and what may wait.
    for (int i = 0; i < 40; i++) {
      vertx.eventBus().send("t.slow", Buffer.buffer(new byte[100_000]));
    }
    Await.until("much waits", () -> !ask(checks).getUp());
    CheckResult result = ask(checks);
    long waits = result.getData().getJsonObject("queuedBytes").getLong("b");
    assertTrue(waits > 1_000_000, waits + " bytes");
    assertEquals(new JsonArray().add(waits + " bytes wait for node 'b'"), problems(result));
    b.resume();
    Await.until("nothing waits", () -> ask(checks).getUp());
  }

  @Test
  void aLossIsAProblemForSomeTime() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge a = bus.bridge(vertx, bus.options("a").addImport("t.*").setMaxMessageBytes(100_000));
    IpcBridge b = bus.bridge(bus.vertx(true), bus.options("b").addExport("t.slow"));
    Await.get(a.start());
    Await.get(b.start());
    Await.get(a.awaitExport("t.slow"));
    Buffer tooLong = Buffer.buffer(new byte[200_000]);
    Await.failure(vertx.eventBus().request("t.slow", tooLong));
    HealthChecks soon = checks(vertx, a, new IpcHealthOptions().setQuietMillis(1));
    HealthChecks late = HealthChecks.create(vertx).register("bus", IpcHealth.procedure(a));
    HealthChecks never = checks(vertx, a, new IpcHealthOptions().setQuietMillis(0));
    assertTrue(ask(soon).getUp(), "what was lost before does not count");
    assertTrue(ask(late).getUp());
    Await.failure(vertx.eventBus().request("t.slow", tooLong));
    assertEquals(
        new JsonArray().add("Messages were lost: it was noticed 0 s ago"), problems(ask(soon)));
    Await.until("time has passed", () -> ask(soon).getUp());
    CheckResult result = ask(late);
    assertEquals(1, problems(result).size());
    assertEquals(new JsonObject().put("too-large", 2), result.getData().getJsonObject("lost"));
    assertFalse(ask(late).getUp(), "it is so for a minute");
    assertTrue(ask(never).getUp());
  }
}
