package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBusState;
import org.vertxipc.examples.MeteredNode;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.Markdown;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Compares {@code docs/metrics.md} with the meters of a bridge, and with its example. */
@OnOneJdk
class MetricsDocumentTest {
  private static final Path DOCUMENT = Path.of("docs/metrics.md");

  private static String row(Meter meter) {
    String name = meter.getId().getName();
    String tags =
        meter.getId().getTags().stream()
            .map(Tag::getKey)
            .filter(key -> !key.equals("bus") && !key.equals("node"))
            .map(key -> "`" + key + "`")
            .collect(Collectors.joining(", "));
    String prometheus =
        name.replace('.', '_') + (meter.getId().getType() == Meter.Type.COUNTER ? "_total" : "");
    return "| `%s` | `%s` | %s| ".formatted(name, prometheus, tags.isEmpty() ? "" : tags + " ");
  }

  @Test
  void theTableHasAllMeters() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Set<String> rows = new TreeSet<>();
    try (MeteredBus bus = new MeteredBus()) {
      Vertx vertx = bus.vertx(registry);
      IpcBridge a = bus.start(vertx, bus.options("a").addImport("t.*").addExport("t.mine"));
      bus.startEcho(bus.bus().vertx(true), bus.options("b"));
      Await.get(a.awaitExport(MeteredBus.ECHO));
      MeteredBus.ask(vertx, 1);
      refuseByLink(vertx, registry);
      for (Meter meter : registry.getMeters()) {
        if (meter.getId().getName().startsWith("vertx.ipc.")) {
          rows.add(row(meter));
        }
      }
      Set<String> names =
          Scrape.of(registry.scrape()).samples().stream()
              .map(Scrape.Sample::name)
              .collect(Collectors.toSet());
      assertEquals(names.size(), rows.size());
      assertTrue(names.stream().allMatch(n -> rows.toString().contains("`" + n + "`")));
    }
    List<String> lines = Files.readAllLines(DOCUMENT);
    Set<String> documented =
        lines.stream()
            .filter(line -> line.startsWith("| `vertx.ipc."))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1) + " ")
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(String.join("\n", rows), String.join("\n", documented));
  }

  /** Makes the numbers of a link, and that of the last error. */
  private static void refuseByLink(Vertx vertx, PrometheusMeterRegistry registry) throws Exception {
    PipeLinkOptions link =
        new PipeLinkOptions().setCommand(List.of("cat")).setSend("to").setMaxMessageBytes(1_024);
    Await.get(IpcBridge.create(vertx, new IpcBridgeOptions().addLink(link)).start());
    vertx.eventBus().send("to", Buffer.buffer(new byte[2_000]));
    Await.until(
        "it is refused",
        () -> registry.find("vertx.ipc.link.events").tag("event", "refused").meter() != null);
    Await.until("the error is shown", () -> registry.find("vertx.ipc.last.error").meter() != null);
  }

  private static HttpResponse<String> get(String port, String path) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Process start(Processes processes, Path out, String name, String bus, String port)
      throws IOException {
    List<String> command = JvmProcess.java("-Xmx256m");
    command.addAll(List.of(MeteredNode.class.getName(), name, bus, port));
    return processes.start(
        new ProcessBuilder(command)
            .redirectError(Redirect.INHERIT)
            .redirectOutput(out.resolve(name).toFile()));
  }

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(free.getLocalPort());
    }
  }

  private static void awaitReady(Path out, String name) throws InterruptedException {
    Await.until(
        name + " is ready",
        () -> {
          try {
            return Files.readString(out.resolve(name)).equals(name + " is ready\n");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void theExampleShowsWhatTheDocumentSays(@TempDir Path out) throws Exception {
    String bus = "example-" + UUID.randomUUID().toString().substring(0, 8);
    String port = freePort();
    Processes processes = new Processes();
    try {
      Process prices = start(processes, out, "prices", bus, freePort());
      awaitReady(out, "prices");
      start(processes, out, "shop", bus, port);
      awaitReady(out, "shop");
      Markdown.Block shown =
          Markdown.blocks(DOCUMENT).stream()
              .filter(block -> block.text().startsWith("# "))
              .findFirst()
              .orElseThrow();
      List<String> lines = get(port, "/metrics").body().replace(bus, "demo").lines().toList();
      assertEquals(
          List.of(),
          shown.text().lines().filter(line -> !lines.contains(line)).toList(),
          () -> shown.place() + " of\n" + String.join("\n", lines));
      assertEquals(200, get(port, "/health").statusCode());
      prices.destroyForcibly().waitFor();
      Await.until("its death is noticed", () -> get(port, "/health").statusCode() == 503);
      JsonObject said = new JsonObject(get(port, "/health").body());
      assertEquals(
          "Node 'prices' is not connected",
          said.getJsonArray("checks")
              .getJsonObject(0)
              .getJsonObject("data")
              .getJsonArray("problems")
              .getString(0));
    } finally {
      processes.end();
    }
    Path directory = IpcBusState.directory(new BusOptions().setName(bus)).resolve(bus);
    assertFalse(Files.exists(directory), "the last one who leaves takes all with it");
  }
}
