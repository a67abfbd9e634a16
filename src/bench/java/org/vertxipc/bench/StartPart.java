package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.Processes;

/**
 * Measures what a process pays for the bridge of a first node: processes with it and without it, in
 * turn, each with the libraries that an application would have.
 */
final class StartPart {
  private static final Pattern NEEDED =
      Pattern.compile("(netty|jackson-core|jnr|jffi|asm|vertx-(core|json-schema|codegen)).*[.]jar");
  private static final Pattern TESTS = Pattern.compile("vertx-core-.*-tests[.]jar");
  private static final List<String> FIGURES =
      List.of("vertxMillis", "createMillis", "startMillis", "cpuTicks", "residentKib");

  private final Figures figures;
  private final Path scratch;
  private final int rounds;

  StartPart(Figures figures, Path scratch, int rounds) {
    this.figures = figures;
    this.scratch = scratch;
    this.rounds = rounds;
  }

  /** Twice as many processes of each kind as there are rounds, because each measures once. */
  void measure() throws IOException, InterruptedException {
    Path buses = scratch.resolve("start");
    Files.createDirectories(scratch);
    // What is read from the disk for the first time is not measured.
    run(false, buses);
    run(true, buses);
    for (int i = 1; i <= 2 * rounds; i++) {
      Bench.say("start, " + i + " of " + 2 * rounds);
      figures.add("plain", "start", run(false, buses));
      figures.add("shm-park", "start", run(true, buses));
    }
  }

  private static JsonObject run(boolean bridge, Path buses)
      throws IOException, InterruptedException {
    List<String> command = JvmProcess.command(List.of("-XX:+UseSerialGC", "-Xmx128m"));
    command.set(command.size() - 1, classPath(bridge));
    command.add(StartNode.class.getName());
    if (bridge) {
      command.add(buses.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = Processes.output(process).lines().toList();
    JsonObject found = new JsonObject();
    for (int i = 0; i < FIGURES.size(); i++) {
      found.put(FIGURES.get(i), Double.valueOf(lines.get(i)));
    }
    double create = found.getDouble("createMillis");
    return found.put("bridgeMillis", create + found.getDouble("startMillis"));
  }

  private static String classPath(boolean bridge) {
    Path library = codeOf(IpcBridge.class);
    List<String> all = new ArrayList<>(List.of(codeOf(StartNode.class).toString()));
    if (bridge) {
      all.add(library.toString());
    }
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = Path.of(each).getFileName().toString();
      if (NEEDED.matcher(name).matches() && !TESTS.matcher(name).matches()) {
        all.add(each);
      }
    }
    return String.join(File.pathSeparator, all);
  }

  private static Path codeOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** Returns what a process with a bridge needs as a multiple of one without. */
  private static double ratio(Figures f, String figure) {
    return f.median("shm-park/start/" + figure) / f.median("plain/start/" + figure);
  }

  /** The targets of this part, with the results of one run. */
  static List<Target> targets(Figures f) {
    return List.of(
        Target.atMost(
            "start-time",
            "`IpcBridge.create` and `start()` of a first node ÷ `Vertx.vertx()` and a consumer, both"
                + " in a cold JVM",
            f.median("shm-park/start/bridgeMillis") / f.median("plain/start/vertxMillis"),
            0.5),
        Target.atMost(
            "start-cpu",
            "CPU time of a process that starts a bridge ÷ of a plain Vert.x",
            ratio(f, "cpuTicks"),
            1.3),
        Target.atMost(
            "memory",
            "resident memory after a collection, `-Xmx128m`, with a bridge ÷ of a plain Vert.x",
            ratio(f, "residentKib"),
            1.25));
  }
}
