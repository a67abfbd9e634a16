package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Two processes exchange sends, publishes and requests, on one transport after the other; for"
          + " comparison, one process does the same on its own event bus.",
      "Fails unless every message arrives exactly once and in order, and no socket is seen."
    })
final class DemoCommand implements Callable<Integer> {
  private static final long EXIT_SECONDS = 10;
  private static final long LOOK_MILLIS = 100;
  private static final long LIMIT_SECONDS = 60;
  private static final int MOST_SECONDS = 5;
  private static final boolean TERMINAL = Terminal.isStandardOutput();

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      completionCandidates = TransportNames.class,
      description =
          "Only this transport, one of ${COMPLETION-CANDIDATES}; may be repeated (default: fifo,"
              + " then shm).")
  List<String> transports = new ArrayList<>();

  @Option(names = "--all", description = "Every transport.")
  boolean all;

  @Option(
      names = "--cluster",
      description = "Two nodes of a cluster without a network, in place of a bus.")
  boolean cluster;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "0.6",
      description =
          "How long each measurement takes, after a warm-up of four times that long (default:"
              + " ${DEFAULT-VALUE}).")
  double seconds;

  @Spec CommandSpec spec;

  private final PrintStream out = System.out;
  // What was measured by transport and phase: messages a second, and microseconds of half the
  // requests.
  private final Map<String, Long> rates = new HashMap<>();
  private final Map<String, Double> medians = new HashMap<>();

  @Override
  public Integer call() throws Exception {
    if (all) {
      transports = BusOptions.TRANSPORTS;
    }
    for (String transport : transports) {
      if (!BusOptions.TRANSPORTS.contains(transport)) {
        throw new ParameterException(
            spec.commandLine(),
            "No transport '" + transport + "', expected one of " + BusOptions.TRANSPORTS);
      }
    }
    if (cluster && (all || !transports.isEmpty())) {
      throw new ParameterException(spec.commandLine(), "--cluster has no transports to choose");
    }
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw Cli.invalid(spec, "--seconds", seconds, "a number above 0, at most " + MOST_SECONDS);
    }
    if (cluster) {
      transports.add(DemoNodeCommand.CLUSTER);
    }
    if (transports.isEmpty()) {
      transports.addAll(List.of("fifo", "shm"));
    }
    out.printf(
        "%-10s %-14s %10s %12s %9s %9s %9s%n",
        "", "", "messages", "messages/s", "p50 µs", "p99 µs", "p99.9 µs");
    List<String> verdicts = new ArrayList<>();
    transports.add(0, DemoNodeCommand.LOCAL);
    boolean good = true;
    // Only this user has access; the directory is for the transport whose files outlive the
    // processes.
    Path store = Files.createTempDirectory("vertx-ipc-demo");
    try {
      for (String transport : transports) {
        good &= run(transport, store, verdicts);
        if (out.checkError()) {
          throw new ClosedOutputException();
        }
      }
    } finally {
      delete(store);
    }
    out.println();
    out.printf(
        "%-10s %10s %10s %10s %10s %13s   %s%n",
        "", "sent", "received", "lost", "duplicated", "out of order", "sockets seen in");
    verdicts.forEach(out::println);
    out.println(
        good ? "Every message arrived exactly once and in order, without a socket." : "FAILED");
    if (good) {
      out.println(comparison());
    }
    return good ? 0 : 1;
  }

  /** Says in a sentence what was seen, of the last transport. */
  private String comparison() {
    String last = transports.get(transports.size() - 1);
    return String.format(
        "Between two processes %s carried %.1f times as many sends a second as the event bus within"
            + " one process, and half of the requests took at most %.1f µs, there %.1f µs.",
        last,
        (double) rates.get(last) / rates.get(DemoNodeCommand.LOCAL),
        medians.get(last),
        medians.get(DemoNodeCommand.LOCAL));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private boolean run(String transport, Path store, List<String> verdicts) throws Exception {
    String bus = "demo-" + ProcessHandle.current().pid() + "-" + transport;
    boolean local = transport.equals(DemoNodeCommand.LOCAL);
    Process producer = spawn("producer", bus, transport, store);
    // In one process both parts are the same.
    Process consumer = local ? producer : spawn("consumer", bus, transport, store);
    SocketWatch[] watches = {new SocketWatch(producer.pid()), new SocketWatch(consumer.pid())};
    ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor();
    // A process that hangs must not hang the demo: killing it closes the stream that is read below.
    ScheduledFuture<?> limit =
        looker.schedule(
            () -> {
              producer.destroyForcibly();
              consumer.destroyForcibly();
            },
            LIMIT_SECONDS,
            TimeUnit.SECONDS);
    JsonObject report = null;
    try (BufferedReader lines = lines(producer);
        BufferedReader consumerLines = lines(consumer)) {
      String ofJdk = firstLine(lines);
      watches[0].exclude(new JsonArray(ofJdk));
      watches[1].exclude(new JsonArray(local ? ofJdk : firstLine(consumerLines)));
      ScheduledFuture<?> looking =
          looker.scheduleWithFixedDelay(
              () -> {
                watches[0].look();
                watches[1].look();
              },
              0,
              LOOK_MILLIS,
              TimeUnit.MILLISECONDS);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonObject json = new JsonObject(line);
        if (json.containsKey("failure")) {
          verdicts.add(transport + ": " + json.getString("failure"));
          break;
        } else if (json.containsKey("report")) {
          report = json.getJsonObject("report");
          break;
        }
        show(transport, json);
        if (json.getBoolean("last")) {
          keep(transport, json);
        }
      }
      looking.cancel(false);
    } finally {
      limit.cancel(false);
      looker.shutdown();
      looker.awaitTermination(EXIT_SECONDS, TimeUnit.SECONDS);
    }
    boolean producerEnded = end(producer);
    boolean ended = end(consumer) && producerEnded;
    if (report == null) {
      verdicts.add(transport + ": the producer printed no report");
      return false;
    }
    return judge(transport, report, watches, ended, verdicts);
  }

  private void keep(String transport, JsonObject measured) {
    if (measured.getString("phase").equals("send")) {
      rates.put(transport, measured.getLong("perSecond"));
    } else if (measured.getString("phase").equals("request")) {
      medians.put(transport, measured.getDouble("p50"));
    }
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String firstLine(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("a process of the demo ended before it was ready");
    }
    return line;
  }

  private Process spawn(String role, String bus, String transport, Path store) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.add("-Xmx512m");
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(VertxIpcCli.class.getName(), "demo-node", role));
    command.addAll(List.of("--bus", bus, "--transport", transport));
    command.addAll(List.of("--store", store.toString(), "--seconds", String.valueOf(seconds)));
    // Standard input is the parent's life-line; the consumer prints nothing but errors.
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }

  private void show(String transport, JsonObject p) {
    String percentiles =
        p.containsKey("p50")
            ? String.format(
                "%9.1f %9.1f %9.1f", p.getDouble("p50"), p.getDouble("p99"), p.getDouble("p999"))
            : String.format("%9s %9s %9s", "", "", "");
    String row =
        String.format(
            "%-10s %-14s %,10d %,12d %s",
            transport,
            p.getString("phase"),
            p.getInteger("messages"),
            p.getLong("perSecond"),
            percentiles);
    boolean last = p.getBoolean("last");
    // On a terminal a row is updated until it is complete; elsewhere only complete rows are
    // printed.
    if (TERMINAL) {
      out.print("\r" + row + (last ? "\n" : ""));
    } else if (last) {
      out.println(row);
    }
    out.flush();
  }

  private static boolean end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
      return process.exitValue() == 0;
    }
    process.destroyForcibly();
    return false;
  }

  private static boolean judge(
      String transport,
      JsonObject report,
      SocketWatch[] watches,
      boolean ended,
      List<String> verdicts) {
    JsonObject sends = report.getJsonObject("sends");
    JsonObject publishes = report.getJsonObject("publishes");
    int lost = sends.getInteger("lost") + publishes.getInteger("lost");
    int duplicated = sends.getInteger("duplicated") + publishes.getInteger("duplicated");
    int outOfOrder = sends.getInteger("outOfOrder") + publishes.getInteger("outOfOrder");
    int received = sends.getInteger("received") + publishes.getInteger("received");
    verdicts.add(
        String.format(
            "%-10s %,10d %,10d %10d %10d %13d   producer %d, consumer %d"
                + " (%d looks at up to %d descriptors; the JDK's own: %d and %d)%s",
            transport,
            report.getInteger("sent"),
            received,
            lost,
            duplicated,
            outOfOrder,
            watches[0].mostSockets(),
            watches[1].mostSockets(),
            watches[0].looks() + watches[1].looks(),
            Math.max(watches[0].mostOpen(), watches[1].mostOpen()),
            watches[0].ofJdk(),
            watches[1].ofJdk(),
            ended ? "" : "; a process did not exit normally"));
    return ended
        && lost == 0
        && duplicated == 0
        && outOfOrder == 0
        && watches[0].mostSockets() == 0
        && watches[1].mostSockets() == 0
        && watches[0].looks() > 0
        && watches[1].looks() > 0;
  }
}
