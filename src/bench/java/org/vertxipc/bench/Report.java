package org.vertxipc.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes the figures as JSON and as Markdown. */
final class Report {
  private static final List<String> STEADY =
      List.of("plain", "shm-park", "shm-spin", "fifo", "clustered", "clustered-rings");

  private final Figures figures;
  private final Failures failures;
  private final List<Target> targets;
  private final JsonObject machine;

  Report(Figures figures, Failures failures, JsonObject parameters) throws IOException {
    this.figures = figures;
    this.failures = failures;
    this.targets = Targets.of(figures);
    this.machine =
        new JsonObject()
            .put("date", LocalDate.now(ZoneOffset.UTC).toString())
            .put("java", Runtime.version().toString())
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("processor", processor())
            .put("kernel", System.getProperty("os.version"))
            .mergeIn(parameters);
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse("unknown");
  }

  void write(Path directory) throws IOException {
    JsonArray array = new JsonArray();
    targets.forEach(t -> array.add(t.toJson()));
    JsonObject all =
        new JsonObject()
            .put("machine", machine)
            .put("failed", failures.toJson())
            .put("targets", array)
            .put("figures", figures.toJson());
    Files.writeString(directory.resolve("results.json"), all.encodePrettily() + "\n");
    Files.writeString(directory.resolve("results.md"), markdown());
  }

  private String markdown() {
    StringBuilder md = new StringBuilder();
    md.append("Java ").append(machine.getString("java"));
    md.append(", ").append(machine.getInteger("processors")).append(" processors (");
    md.append(machine.getString("processor")).append("), Linux ");
    md.append(machine.getString("kernel")).append(", ").append(machine.getString("date"));
    md.append(", ").append(machine.getInteger("rounds")).append(" rounds of ");
    md.append(machine.getInteger("millis")).append(" ms.\n\n");
    md.append(failures.markdown()).append(Machine.markdown(figures));
    md.append("| id | what | measured | target | met |\n|---|---|---|---|---|\n");
    targets.forEach(t -> md.append(t.row()).append('\n'));
    table(md, "Messages a second: median (lowest to highest round)", Plan.CONTENDERS, "rate", 1);
    table(md, "Latency p50, µs", Plan.CONTENDERS, "p50", 1e-3);
    table(md, "Latency p99, µs", Plan.CONTENDERS, "p99", 1e-3);
    table(
        md,
        "CPU time of all processes per message, µs",
        Plan.CONTENDERS,
        "cpuNanosPerMessage",
        1e-3);
    table(
        md,
        "Heap allocated in all processes per message, bytes",
        Plan.CONTENDERS,
        "allocatedPerMessage",
        1);
    table(md, "Every transport: messages a second", Plan.TRANSPORTS, "rate", 1);
    table(md, "Every transport: latency p50, µs", Plan.TRANSPORTS, "p50", 1e-3);
    table(md, "Every transport: latency p99, µs", Plan.TRANSPORTS, "p99", 1e-3);
    table(md, "With `heedLocalOnly` and without: messages a second", Plan.MARKS, "rate", 1);
    table(
        md,
        "With `heedLocalOnly` and without: CPU time of all processes per message, µs",
        Plan.MARKS,
        "cpuNanosPerMessage",
        1e-3);
    table(md, "Logs in files, 256 B: messages a second", Plan.LOGS, "rate", 1);
    table(md, "Bytes alone, 64 B: messages a second", Plan.LINKS, "rate", 1);
    table(md, "Bytes alone, 64 B: round trip p50, ns", Plan.LINKS, "p50", 1);
    table(md, "Bytes alone, 64 B: round trip mean, ns", Plan.LINKS, "mean", 1);
    table(md, "Cores in use (idle: by one process; else by all)", STEADY, "cores", 1);
    List<String> nodes = Arrays.stream(Plan.NODES).mapToObj(n -> "nodes-" + n).toList();
    table(md, "As nodes grow: messages a second between two of them", nodes, "rate", 1);
    table(
        md,
        "As nodes grow: CPU time of the two per message, µs",
        nodes,
        "cpuNanosPerMessage",
        1e-3);
    table(md, "As nodes grow: latency p50, µs", nodes, "p50", 1e-3);
    table(md, "As nodes grow: descriptors of the client's process", nodes, "descriptors", 1);
    table(
        md,
        "As nodes grow: memory of the client's process (PSS), MiB",
        nodes,
        "pssKib",
        1 / 1024.0);
    List<String> clusters =
        Plan.CLUSTERS.stream()
            .flatMap(name -> Arrays.stream(Plan.MEMBERS).mapToObj(n -> name + "-" + n))
            .toList();
    table(md, "Maps, counters and locks of a cluster: operations a second", clusters, "rate", 1);
    table(md, "Maps, counters and locks of a cluster: latency p50, µs", clusters, "p50", 1e-3);
    table(md, "Maps, counters and locks of a cluster: latency p99, µs", clusters, "p99", 1e-3);
    table(md, "A client in Python: messages a second", PythonPart.NAMES, "rate", 1);
    table(md, "A client in Python: latency p50, µs", PythonPart.NAMES, "p50", 1e-3);
    table(md, "A client in Python: latency p99, µs", PythonPart.NAMES, "p99", 1e-3);
    flat(md, "What C gets from this machine", "c/");
    flat(
        md,
        "Resources",
        "shm-park/idle/",
        "fifo/idle/",
        "plain/idle/",
        "shm-park/start/",
        "plain/start/",
        "frames/");
    return md.toString();
  }

  private void table(
      StringBuilder md, String title, List<String> contenders, String figure, double scale) {
    List<String> works =
        figures.keys().stream()
            .filter(k -> k.endsWith("/" + figure))
            .filter(k -> contenders.contains(k.substring(0, k.indexOf('/'))))
            .map(k -> k.substring(k.indexOf('/') + 1, k.lastIndexOf('/')))
            .distinct()
            .sorted(Plan.ORDER)
            .toList();
    if (works.isEmpty()) {
      return;
    }
    md.append("\n### ").append(title).append("\n\n| |");
    contenders.forEach(c -> md.append(' ').append(c).append(" |"));
    md.append("\n|---|").append("---|".repeat(contenders.size())).append('\n');
    for (String work : works) {
      md.append("| ").append(work).append(" |");
      for (String contender : contenders) {
        String key = contender + "/" + work + "/" + figure;
        md.append(' ').append(cell(key, scale)).append(" |");
      }
      md.append('\n');
    }
  }

  private String cell(String key, double scale) {
    double median = figures.median(key);
    return Double.isNaN(median)
        ? ""
        : number(median * scale)
            + " ("
            + number(figures.min(key) * scale)
            + "–"
            + number(figures.max(key) * scale)
            + ")";
  }

  private void flat(StringBuilder md, String title, String... prefixes) {
    md.append("\n### ")
        .append(title)
        .append("\n\n| figure | median (lowest–highest) |\n|---|---|\n");
    for (String key : figures.keys()) {
      for (String prefix : prefixes) {
        if (key.startsWith(prefix)) {
          md.append("| ").append(key).append(" | ").append(cell(key, 1)).append(" |\n");
        }
      }
    }
  }

  private static String number(double n) {
    double size = Math.abs(n);
    return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f", n);
  }
}
