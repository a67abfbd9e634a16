package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.vertxipc.metrics.MeteredBus.meters;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.testing.Await;

/** Shows numbers that no bridge has, and looks at the tags of their meters. */
class MeterTagsTest {
  private final MeteredBus bus = new MeteredBus();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CounterSet numbers = new CounterSet();
  private Meters meters;

  @BeforeEach
  void start() throws Exception {
    Vertx vertx = bus.vertx(registry);
    meters =
        new Meters(((VertxInternal) vertx).getOrCreateContext(), numbers, "some-bus", "some-node");
    Await.get(meters.start());
  }

  @AfterEach
  void end() throws Exception {
    Await.get(meters.stop());
    assertEquals(Map.of(), meters(registry));
    bus.close();
  }

  private void awaitMeters(Map<String, Double> expected) throws InterruptedException {
    Await.until(expected + " are shown", () -> expected.equals(meters(registry)));
  }

  @Test
  void aTextIsNoTag() throws Exception {
    String meter = "L vertx.ipc.last.error{bus=some-bus, node=some-node}";
    numbers.level("one", "last.error", Map.of("text", "it broke"), () -> 1_000);
    awaitMeters(Map.of(meter, 1_000.0));
    numbers.level("two", "last.error", Map.of("text", "it broke again"), () -> 2_000);
    awaitMeters(Map.of(meter, 2_000.0));
    numbers.remove("one");
    awaitMeters(Map.of(meter, 2_000.0));
    numbers.remove("two");
    awaitMeters(Map.of());
  }

  @Test
  void allMetersOfANameHaveTheSameKeys() throws Exception {
    String meter = "C vertx.ipc.x{bus=some-bus, %s, node=some-node%s}";
    numbers.count("one", "x", Map.of("link", "in", "type", "fifo"), () -> 1);
    numbers.count("two", "x", Map.of("link", "out"), () -> 2);
    Counter third = numbers.counter("three", "x", Map.of("link", "out", "more", "yes"));
    third.add(5);
    awaitMeters(
        Map.of(
            meter.formatted("link=in", ", type=fifo"),
            1.0,
            meter.formatted("link=out", ", type="),
            7.0));
    numbers.remove("one");
    numbers.remove("two");
    numbers.remove("three");
    awaitMeters(Map.of());
    numbers.count("four", "x", Map.of("more", "no"), () -> 3);
    awaitMeters(Map.of(meter.formatted("more=no", ""), 3.0));
  }

  @Test
  void whatEndedStaysSo() throws Exception {
    numbers.count("one", "x", Map.of(), () -> 1);
    Await.get(meters.stop());
    Await.get(meters.start());
    numbers.count("two", "y", Map.of(), () -> 1);
    assertEquals(Map.of(), meters(registry));
  }
}
