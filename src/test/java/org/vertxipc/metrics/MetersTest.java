package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vertxipc.metrics.MeteredBus.ask;
import static org.vertxipc.metrics.MeteredBus.meters;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;

/** Compares the meters of bridges with what the bridges show. */
@OnOneJdk
class MetersTest {
  private final MeteredBus bus = new MeteredBus();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void end() throws Exception {
    bus.close();
    assertEquals(Map.of(), meters(registry));
    assertFalse(RegistryMeters.isUsed(registry));
  }

  private void awaitSame(IpcBridge... bridges) throws InterruptedException {
    awaitSame(registry, bridges);
  }

  /** Workers make the meters of what becomes known behind the start, as of the polls of a ring. */
  private void awaitSame(MeterRegistry of, IpcBridge... bridges) throws InterruptedException {
    Await.until(
        "the meters are those of the bridges",
        () -> {
          Map<String, Double> expected = new TreeMap<>();
          for (IpcBridge bridge : bridges) {
            expected.putAll(bus.expected(bridge));
          }
          return expected.equals(meters(of));
        });
  }

  @Test
  void metersComeAndGoWithTheNumbers() throws Exception {
    Vertx vertx = bus.vertx(registry);
    IpcBridge a = bus.bus().bridge(vertx, bus.options("a").addImport("t.*"));
    assertEquals(Map.of(), meters(registry), "it is not started");
    Await.get(a.start());
    String sent = "C vertx.ipc.messages.sent{bus=" + bus.name() + ", node=a}";
    assertEquals(0.0, meters(registry).get(sent), "they are there when it is started");
    awaitSame(a);
    NodeProcess b = bus.bus().process(bus.options("b").addExport(MeteredBus.ECHO));
    b.call("start");
    b.consume(MeteredBus.ECHO, "echo");
    Await.get(a.awaitExport(MeteredBus.ECHO));
    ask(vertx, 20);
    assertEquals(20.0, meters(registry).get(sent));
    String toB =
        "C vertx.ipc.peer.messages.sent{bus=" + bus.name() + ", node=a, peer=b, transport=shm}";
    assertEquals(20.0, meters(registry).get(toB));
    Await.get(a.export("t.other"));
    awaitSame(a);
    assertTrue(meters(registry).keySet().stream().anyMatch(m -> m.contains("address=t.other")));
    b.kill();
    Await.until("it is gone", () -> !meters(registry).containsKey(toB));
    awaitSame(a);
    Await.get(a.withdraw("t.other"));
    awaitSame(a);
    Await.get(a.close());
    assertEquals(Map.of(), meters(registry), "none is left when it is closed");
    IpcBridge again = bus.start(vertx, bus.options("a"));
    awaitSame(again);
    assertEquals(0.0, meters(registry).get(sent));
  }

  @Test
  void severalBridgesShareARegistry() throws Exception {
    Vertx one = bus.vertx(registry);
    Vertx two = bus.vertx(registry);
    IpcBridge a = bus.start(one, bus.options("a").addImport("t.*"));
    IpcBridge b = bus.startEcho(two, bus.options("b"));
    Await.get(a.awaitExport(MeteredBus.ECHO));
    ask(one, 5);
    awaitSame(a, b);
    // A bus of the same name elsewhere, and a node of the same name: nothing tells them apart.
    BusOptions elsewhere =
        bus.options("a").setDirectory(bus.bus().path().resolveSibling("else").toString());
    IpcBridge other = bus.start(one, elsewhere);
    Map<String, Double> both = meters(registry);
    assertEquals(5.0, both.get("C vertx.ipc.messages.sent{bus=" + bus.name() + ", node=a}"));
    Await.get(other.close());
    awaitSame(a, b);
    Await.get(b.close());
    awaitSame(a);
    Await.get(one.close());
    assertEquals(Map.of(), meters(registry), "it ended with its Vert.x");
  }

  @Test
  void aBridgeOnTwoBusesHasTwoNodes() throws Exception {
    Vertx vertx = bus.vertx(registry);
    IpcBridge a = bus.start(vertx, bus.options("a"));
    BusOptions second = bus.options("x").setName(bus.name() + "-2");
    IpcBridge b = bus.start(vertx, second);
    String exports = "L vertx.ipc.exports{bus=%s, node=%s}";
    assertEquals(0.0, meters(registry).get(exports.formatted(bus.name(), "a")));
    assertEquals(0.0, meters(registry).get(exports.formatted(second.getName(), "x")));
    Await.get(b.close());
    awaitSame(a);
  }

  @Test
  void metersAreReadAfterGarbageIsCollected() throws Exception {
    CompositeMeterRegistry composite = new CompositeMeterRegistry().add(registry);
    Vertx vertx = bus.vertx(composite);
    IpcBridge a = bus.start(vertx, bus.options("a").addImport("t.*").addExport("t.mine"));
    bus.startEcho(bus.bus().vertx(true), bus.options("b"));
    Await.get(a.awaitExport(MeteredBus.ECHO));
    ask(vertx, 3);
    awaitSame(a);
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    Await.until(
        "garbage is collected",
        () -> {
          System.gc();
          return garbage.get() == null;
        });
    awaitSame(registry, a);
    awaitSame(composite, a);
  }

  /** Checks it without a registry of the test's own, with which Vert.x has metrics always. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOptionsOfVertxSayWhetherThereAreMeters(boolean enabled) throws Exception {
    VertxOptions options = MeteredBus.metered(enabled);
    MicrometerMetricsOptions metrics = (MicrometerMetricsOptions) options.getMetricsOptions();
    metrics.setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true));
    Vertx vertx = bus.bus().vertx(options, Vertx.builder());
    IpcBridge a = bus.start(vertx, bus.options("a"));
    MeterRegistry own = BackendRegistries.getNow(metrics.getRegistryName());
    assertEquals(enabled, own != null);
    if (enabled) {
      awaitSame(own, a);
    }
  }

  @Test
  void aFilterThatDeniesDoesNoHarm() throws Exception {
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("vertx.ipc.peer"));
    checkThatMessagesPass();
    assertTrue(meters(registry).keySet().stream().noneMatch(m -> m.contains("peer.messages")));
    assertTrue(meters(registry).keySet().stream().anyMatch(m -> m.contains("messages.sent")));
  }

  @Test
  void aFilterThatThrowsDoesNoHarm() throws Exception {
    AtomicInteger thrown = new AtomicInteger();
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public MeterFilterReply accept(Meter.Id id) {
                if (id.getName().startsWith("vertx.ipc.")) {
                  thrown.incrementAndGet();
                  throw new IllegalStateException("a filter of a test");
                }
                return MeterFilterReply.NEUTRAL;
              }
            });
    checkThatMessagesPass();
    assertTrue(thrown.get() > 10, thrown + " numbers");
    assertEquals(Map.of(), meters(registry));
  }

  private void checkThatMessagesPass() throws Exception {
    Vertx one = bus.vertx(registry);
    IpcBridge a = bus.start(one, bus.options("a").addImport("t.*"));
    IpcBridge b = bus.startEcho(bus.bus().vertx(true), bus.options("b"));
    Await.get(a.awaitExport(MeteredBus.ECHO));
    ask(one, 3);
    Await.get(b.close());
    Await.until("it has left", () -> Await.exports(a).isEmpty());
  }

  /** Checks what a user does against too many meters. */
  @Test
  void numbersWhoseTagIsFilteredAreAdded() throws Exception {
    registry.config().meterFilter(MeterFilter.ignoreTags("peer"));
    Vertx one = bus.vertx(registry);
    IpcBridge a = bus.start(one, bus.options("a").addImport("t.*"));
    IpcBridge b = bus.startEcho(bus.bus().vertx(true), bus.options("b"));
    IpcBridge c = bus.startEcho(bus.bus().vertx(true), bus.options("c"));
    Await.until("both are there", () -> Await.exports(a).size() == 2);
    ask(one, 10);
    String all = "C vertx.ipc.peer.messages.sent{bus=" + bus.name() + ", node=a, transport=shm}";
    assertEquals(10.0, meters(registry).get(all));
    double ofB = b.stats().received();
    Await.get(b.close());
    Await.until("one is gone", () -> meters(registry).get(all) == 10 - ofB);
    Await.get(c.close());
    Await.until("both are gone", () -> !meters(registry).containsKey(all));
    bus.startEcho(bus.bus().vertx(true), bus.options("b"));
    Await.until("one is back", () -> meters(registry).containsKey(all));
    assertEquals(0.0, meters(registry).get(all));
  }

  @Test
  void aBridgeWithLinksOnlyIsOnNoBus(@TempDir Path temp) throws Exception {
    JsonObject link =
        new JsonObject()
            .put("type", "journal")
            .put("directory", temp + "/log")
            .put("fileBytes", 1 << 20)
            .put("send", "t.log");
    JsonObject config = new JsonObject().put("links", new JsonArray().add(link));
    Vertx vertx = bus.vertx(registry);
    IpcBridge a = IpcBridge.create(vertx, new IpcBridgeOptions(config));
    Await.get(a.start());
    String sent = "C vertx.ipc.messages.sent{bus=none, node=" + a.node() + "}";
    assertEquals(0.0, meters(registry).get(sent));
    assertEquals(a.counters().size(), meters(registry).size());
    Await.get(a.close());
  }
}
