package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.vertxipc.testing.Processes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures, and writes the report. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures everything")
final class Bench implements Callable<Integer> {
  @Option(names = "--rounds", description = "Rounds (default: ${DEFAULT-VALUE})")
  int rounds = 5;

  @Option(names = "--millis", description = "Time of each measurement (default: ${DEFAULT-VALUE})")
  int millis = 300;

  @Option(
      names = "--warm-up",
      description =
          "Milliseconds of each kind of work before the rounds (default: ${DEFAULT-VALUE})")
  int warmUp = 1000;

  @Option(names = "--idle-seconds", description = "(default: ${DEFAULT-VALUE})")
  int idleSeconds = 5;

  @Option(
      names = "--parts",
      split = ",",
      description =
          "What to measure: bus, publish, bytes, logs, resources, nodes, data, start, python (default:"
              + " all)")
  List<String> parts =
      List.of("bus", "publish", "bytes", "logs", "resources", "nodes", "data", "start", "python");

  @Option(names = "--contenders", split = ",", description = "(default: all)")
  List<String> contenders = Plan.all();

  @Option(names = "--work", description = "Only work whose name has this regular expression")
  String work = "";

  @Option(names = "--out", description = "(default: ${DEFAULT-VALUE})")
  Path out = Path.of("target", "bench");

  private final Figures figures = new Figures();
  private final Failures failures = new Failures();
  private Path scratch;
  private Path onDisk;
  private Path limits;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  /** Returns the exit code: 1 when a part failed. */
  @Override
  public Integer call() throws IOException, InterruptedException {
    Files.createDirectories(out);
    scratch = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-bench-");
    onDisk = Files.createTempDirectory(out, "logs-");
    try {
      measure();
    } finally {
      delete(scratch);
      delete(onDisk);
      // This includes what was measured before something failed.
      report();
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private void report() throws IOException {
    JsonObject parameters =
        new JsonObject().put("rounds", rounds).put("millis", millis).put("warmUp", warmUp);
    new Report(figures, failures, parameters).write(out);
    Charts.write(figures, out);
    System.out.println(Files.readString(out.resolve("results.md")));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void measure() throws IOException, InterruptedException {
    limits = Program.compile("limits", out);
    Machine machine = new Machine(figures, Program.compile("machine", out), scratch, onDisk);
    failures.run("machine", machine::start);
    part("start", () -> new StartPart(figures, scratch, rounds).measure());
    part("bytes", this::bytes);
    part("logs", () -> new LogsPart(figures, scratch, onDisk, rounds, warmUp).measure());
    part("bus", this::bus);
    part("publish", this::publish);
    part(
        "resources",
        () -> new Resources(figures, contenders, scratch, rounds, millis, idleSeconds).measure());
    part("data", () -> new SharedDataPart(figures, scratch, rounds, millis, warmUp).measure());
    part("python", () -> new PythonPart(figures, scratch, rounds, millis, warmUp).measure());
    part("nodes", () -> new Nodes(figures, scratch, rounds, millis, warmUp).measure());
    failures.run("machine", machine::end);
  }

  private void part(String name, Failures.Part part) throws InterruptedException {
    if (parts.contains(name)) {
      failures.run(name, part);
    }
  }

  private List<Work> works(String contender) {
    return Plan.works(contender).stream().filter(w -> w.key().matches(".*" + work + ".*")).toList();
  }

  /** Each round begins with another pair, because the state of the machine changes. */
  private static List<Pair> inTurn(List<Pair> pairs, int round) {
    List<Pair> rotated = new ArrayList<>(pairs);
    Collections.rotate(rotated, round);
    return rotated;
  }

  private void limits(String name) throws IOException, InterruptedException {
    if (limits != null) {
      figures.add("c", name, runLimits(limits, Math.max(1, millis / 70)));
    }
  }

  private void bus() throws IOException, InterruptedException {
    List<Pair> pairs = new ArrayList<>();
    try {
      for (String name : contenders) {
        say("start " + name);
        pairs.add(new Pair("bus", name, Plan.isLocal(name) ? 0 : 1, scratch, false));
      }
      for (Pair pair : pairs) {
        say("warm up " + pair.name());
        for (Work w : works(pair.name())) {
          run(pair, w, warmUp);
        }
      }
      for (int round = 1; round <= rounds; round++) {
        say("round " + round + " of " + rounds);
        for (Pair pair : inTurn(pairs, round)) {
          for (Work w : works(pair.name())) {
            figures.add(pair.name(), w.key(), run(pair, w, millis));
          }
        }
        limits("bus-rounds");
      }
    } finally {
      for (Pair pair : pairs) {
        pair.close();
      }
    }
  }

  private void publish() throws IOException, InterruptedException {
    List<String> publishers = new ArrayList<>(Plan.PUBLISHERS);
    publishers.retainAll(contenders);
    for (int processes : Plan.PROCESSES) {
      List<Work> works = Plan.publishes(processes);
      List<Pair> pairs = new ArrayList<>();
      try {
        for (String name : publishers) {
          say("publish to " + processes + ": " + name);
          pairs.add(new Pair("bus", name, processes, scratch, false));
          for (Work w : works) {
            run(pairs.get(pairs.size() - 1), w, 2 * warmUp);
          }
        }
        for (int round = 1; round <= rounds; round++) {
          for (Pair pair : pairs) {
            for (Work w : works) {
              figures.add(pair.name(), w.key(), run(pair, w, millis));
            }
          }
        }
      } finally {
        for (Pair pair : pairs) {
          pair.close();
        }
      }
    }
  }

  private static JsonObject run(Pair pair, Work work, int millis)
      throws IOException, InterruptedException {
    return run(pair, new JsonObject().put("work", work.toJson()).put("millis", millis));
  }

  private static JsonObject run(Pair pair, JsonObject command)
      throws IOException, InterruptedException {
    pair.setRunning(true);
    JsonObject result = pair.run(command);
    pair.setRunning(false);
    return result;
  }

  private void bytes() throws IOException, InterruptedException {
    List<Pair> pairs = new ArrayList<>();
    try {
      for (String name : Plan.LINKS) {
        say("start and warm up " + name);
        Pair pair =
            new Pair("bytes", name, 1, scratch, Runtime.getRuntime().availableProcessors() > 1);
        pairs.add(pair);
        run(pair, "throughput", warmUp);
        run(pair, "round-trip", warmUp);
        run(pair, "throughput", warmUp);
      }
      for (int round = 1; round <= rounds; round++) {
        say("bytes, round " + round + " of " + rounds);
        for (Pair pair : inTurn(pairs, round)) {
          for (String what : List.of("throughput", "round-trip")) {
            // Cores that were idle communicate slowly for a while.
            run(pair, what, millis / 4);
            figures.add(pair.name(), what, run(pair, what, millis));
          }
        }
        limits("limits");
      }
    } finally {
      for (Pair pair : pairs) {
        pair.close();
      }
    }
  }

  private static JsonObject run(Pair pair, String what, int millis)
      throws IOException, InterruptedException {
    return run(pair, new JsonObject().put("what", what).put("millis", millis));
  }

  private static JsonObject runLimits(Path program, int scale)
      throws IOException, InterruptedException {
    File none = new File("/dev/null");
    Process limits =
        new ProcessBuilder(program.toString(), Integer.toString(scale)).redirectInput(none).start();
    return new JsonObject(Processes.output(limits));
  }

  static void say(String what) {
    System.out.println("bench: " + what);
  }
}
