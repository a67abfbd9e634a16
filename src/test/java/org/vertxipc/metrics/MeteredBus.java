package org.vertxipc.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBusState;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.TestBus;

/** A bus whose nodes are in Vert.x with metrics of Micrometer. */
final class MeteredBus implements AutoCloseable {
  static final String ECHO = "t.echo";

  private final TestBus bus = new TestBus("shm");

  TestBus bus() {
    return bus;
  }

  String name() {
    return options("any").getName();
  }

  BusOptions options(String node) {
    return bus.options(node);
  }

  static VertxOptions metered(boolean enabled) {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setMetricsOptions(
            new MicrometerMetricsOptions()
                .setRegistryName(UUID.randomUUID().toString())
                .setEnabled(enabled));
  }

  Vertx vertx(MeterRegistry registry) {
    return bus.vertx(
        metered(true), Vertx.builder().withMetrics(new MicrometerMetricsFactory(registry)));
  }

  IpcBridge start(Vertx vertx, BusOptions options) throws Exception {
    IpcBridge bridge = bus.bridge(vertx, options);
    Await.get(bridge.start());
    return bridge;
  }

  /** Starts a node that replies to requests with what they carry. */
  IpcBridge startEcho(Vertx vertx, BusOptions options) throws Exception {
    Await.get(vertx.eventBus().consumer(ECHO, m -> m.reply(m.body())).completion());
    return start(vertx, options.addExport(ECHO));
  }

  /** Sends requests, one after the other. */
  static void ask(Vertx vertx, int requests) throws Exception {
    for (int i = 0; i < requests; i++) {
      Await.get(vertx.eventBus().request(ECHO, Buffer.buffer(new byte[50])));
    }
  }

  /** Returns the meters of bridges: name and tags, and C for a count or L for a level. */
  static Map<String, Double> meters(MeterRegistry registry) {
    Map<String, Double> found = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String name = meter.getId().getName();
      if (name.startsWith("vertx.ipc.")) {
        Map<String, String> tags = new TreeMap<>();
        for (Tag tag : meter.getId().getTags()) {
          tags.put(tag.getKey(), tag.getValue());
        }
        if (meter instanceof FunctionCounter counter) {
          found.put("C " + name + tags, counter.count());
        } else {
          found.put("L " + name + tags, ((Gauge) meter).value());
        }
      }
    }
    return found;
  }

  /** Returns what a bridge shows, as its meters should be. */
  Map<String, Double> expected(IpcBridge bridge) {
    Map<String, Double> expected = new TreeMap<>();
    for (IpcBusState.Count count : bridge.counters()) {
      Map<String, String> tags = new TreeMap<>(count.tags());
      tags.remove("text");
      tags.put("bus", name());
      tags.put("node", bridge.node());
      expected.put(
          (count.level() ? "L" : "C") + " vertx.ipc." + count.name() + tags,
          (double) count.value());
    }
    return expected;
  }

  @Override
  public void close() throws Exception {
    bus.close();
  }
}
