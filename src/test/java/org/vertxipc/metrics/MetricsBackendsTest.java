package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vertxipc.metrics.MeteredBus.ask;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBusState;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;

/** Reads what a bridge did from what Prometheus and JMX show of it. */
@OnOneJdk
class MetricsBackendsTest {
  private static final int REQUESTS = 200;

  private final MeteredBus bus = new MeteredBus();

  @AfterEach
  void end() throws Exception {
    bus.close();
  }

  /** Exchanges messages with another process. */
  private IpcBridge traffic(MeterRegistry registry) throws Exception {
    Vertx vertx = bus.vertx(registry);
    NodeProcess b =
        bus.bus().process(bus.options("b").addExport(MeteredBus.ECHO).addExport("t.none"));
    b.call("start");
    b.consume(MeteredBus.ECHO, "echo");
    IpcBridge a =
        bus.start(
            vertx,
            bus.options("a").addImport("t.*").addExport("t.mine").setMaxMessageBytes(100_000));
    Await.get(a.awaitExport("t.none"));
    ask(vertx, REQUESTS);
    for (int i = 0; i < 3; i++) {
      Await.failure(vertx.eventBus().request(MeteredBus.ECHO, Buffer.buffer(new byte[200_000])));
    }
    Await.failure(vertx.eventBus().request("t.none", "nobody is there"));
    return a;
  }

  @Test
  void prometheusReadsExactNumbers() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    IpcBridge a = traffic(registry);
    // A new error takes the place of the last one, and what is scraped between them has none.
    AtomicReference<Scrape> shown = new AtomicReference<>();
    Await.until("it shows", () -> scraped(registry, shown).has("vertx_ipc_last_error"));
    Scrape scrape = shown.get();
    Map<String, String> own = Map.of("bus", bus.name(), "node", "a");
    Map<String, String> peer =
        Map.of("bus", bus.name(), "node", "a", "peer", "b", "transport", "shm");
    assertEquals(REQUESTS + 1, scrape.value("vertx_ipc_messages_sent_total", own));
    assertEquals(REQUESTS, scrape.value("vertx_ipc_messages_received_total", own));
    assertEquals(REQUESTS + 1, scrape.value("vertx_ipc_peer_messages_sent_total", peer));
    assertEquals(REQUESTS + 1, scrape.value("vertx_ipc_peer_messages_received_total", peer));
    assertEquals(3, scrape.value("vertx_ipc_messages_lost_total", Map.of("reason", "too-large")));
    assertEquals(1, scrape.value("vertx_ipc_messages_lost_total", Map.of("reason", "nobody")));
    assertEquals(0, scrape.value("vertx_ipc_peer_queue_bytes", peer));
    assertEquals(0, scrape.value("vertx_ipc_peer_requests_pending", peer));
    assertEquals(1, scrape.value("vertx_ipc_exports", own));
    assertEquals(0, scrape.value("vertx_ipc_export_consumers", Map.of("address", "t.mine")));
    for (IpcBusState.Count count : a.counters()) {
      String name = "vertx_ipc_" + count.name().replace('.', '_');
      Map<String, String> tags = new HashMap<>(count.tags());
      tags.remove("text");
      double scraped = scrape.value(count.level() ? name : name + "_total", tags);
      boolean stands = !name.contains("_polls") && !name.contains("_doorbells");
      assertTrue(
          stands ? scraped == count.value() : scraped <= count.value(),
          () -> count + " was scraped as " + scraped);
    }
    assertEquals(a.counters().size(), scrape.samples().size());
    Map<String, Set<String>> keys = new HashMap<>();
    for (Scrape.Sample sample : scrape.samples()) {
      Set<String> first = keys.putIfAbsent(sample.name(), sample.labels().keySet());
      assertTrue(first == null || first.equals(sample.labels().keySet()), sample.toString());
    }
    Await.get(a.close());
    assertEquals(new Scrape(List.of()), Scrape.of(registry.scrape()));
  }

  private static Scrape scraped(PrometheusMeterRegistry registry, AtomicReference<Scrape> shown) {
    shown.set(Scrape.of(registry.scrape()));
    return shown.get();
  }

  @Test
  void jmxHasThemAsBeans() throws Exception {
    String domain = "test-" + UUID.randomUUID();
    JmxConfig config =
        new JmxConfig() {
          @Override
          public String get(String key) {
            return null;
          }

          @Override
          public String domain() {
            return domain;
          }
        };
    JmxMeterRegistry registry = new JmxMeterRegistry(config, Clock.SYSTEM);
    IpcBridge a = traffic(registry);
    assertEquals(REQUESTS + 1L, bean(domain, "vertxIpcPeerMessagesSent", "peer.b", "Count"));
    assertEquals((long) REQUESTS, bean(domain, "vertxIpcMessagesReceived", "node.a", "Count"));
    assertEquals(3L, bean(domain, "vertxIpcMessagesLost", "reason.too-large", "Count"));
    assertEquals(1.0, bean(domain, "vertxIpcExports", "node.a", "Value"));
    Await.get(a.close());
    ObjectName ours = new ObjectName(domain + ":name=vertxIpc*,*");
    assertEquals(Set.of(), ManagementFactory.getPlatformMBeanServer().queryNames(ours, null));
    registry.close();
  }

  private static Object bean(String domain, String meter, String tag, String attribute)
      throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName pattern = new ObjectName(domain + ":name=" + meter + ".*" + tag + "*,*");
    Set<ObjectName> found = server.queryNames(pattern, null);
    assertEquals(1, found.size(), found.toString());
    return server.getAttribute(found.iterator().next(), attribute);
  }
}
