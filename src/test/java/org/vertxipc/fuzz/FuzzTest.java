package org.vertxipc.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.OnOneJdk;

/**
 * Coverage-guided fuzzing with Jazzer. The corpus is kept in {@code src/test/fuzz}, one input per
 * line, in hexadecimal digits. {@code mvn verify} fuzzes briefly, starting from it; {@code mvn
 * -Pfuzz verify} runs for long, and adds inputs that cover something new.
 */
@OnOneJdk
class FuzzTest {
  private static final Path CORPUS = Path.of("src/test/fuzz");
  private static final int SECONDS = Integer.getInteger("vertxipc.fuzz.seconds", 4);
  private static final boolean KEEPS = Boolean.getBoolean("vertxipc.fuzz.keep");
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

  /** Runs all at the same time, because most of a short run is the start of the JVM. */
  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void nothingIsFound() throws Exception {
    // The bytecode is the same on each JDK, so fuzzing once per build is enough.
    assumeTrue(KEEPS || Runtime.version().feature() < 24, "done on the oldest JDK");
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "Jazzer for Linux is of amd64");
    List<Target> targets =
        List.of(
            new Target("org.vertxipc.wire.FrameFuzz"),
            new Target("org.vertxipc.ring.RingFuzz"),
            new Target("org.vertxipc.machine.CommandFuzz"),
            new Target("org.vertxipc.ConfigFuzz"));
    for (Target target : targets) {
      target.start();
    }
    for (Target target : targets) {
      assertTrue(target.end().contains("Done "), target.name);
    }
    if (KEEPS) {
      for (Target target : targets) {
        target.keep();
      }
    }
  }

  private static final class Target {
    private final String type;
    private final String name;
    private final Path kept;
    private final Path work;
    private final Path inputs;
    private Process process;

    Target(String type) throws IOException {
      this.type = type;
      this.name = type.substring(type.lastIndexOf('.') + 1);
      this.kept = CORPUS.resolve(name + ".hex");
      this.work = Path.of("target", "fuzz", name).toAbsolutePath();
      this.inputs = empty(work.resolve("inputs"));
    }

    void start() throws IOException {
      for (String line : Files.readAllLines(kept)) {
        byte[] input = HexFormat.of().parseHex(line);
        Files.write(inputs.resolve(String.format("%08x", line.hashCode())), input);
      }
      run("-max_total_time=" + SECONDS, inputs.toString());
    }

    /** Keeps those of the new inputs that cover something that no other does. */
    void keep() throws Exception {
      Path best = empty(work.resolve("best"));
      run("-merge=1", best.toString(), inputs.toString());
      end();
      List<String> lines = new ArrayList<>();
      try (Stream<Path> files = Files.list(best)) {
        for (Path file : files.toList()) {
          lines.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
      lines.sort(null);
      Files.write(kept, lines);
    }

    private void run(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(JvmProcess.java("-Xmx1g"));
      command.remove("-XX:TieredStopAtLevel=1");
      command.add(JAZZER);
      command.add("--target_class=" + type);
      command.add("--instrumentation_includes=org.vertxipc.**");
      // Classes of others are not searched for hooks, which would take longer than a short run.
      command.add("--custom_hook_includes=org.vertxipc.**");
      command.add("--reproducer_path=" + work);
      command.add("-artifact_prefix=" + work + File.separator);
      command.add("-max_len=4096");
      command.add("-rss_limit_mb=0");
      command.addAll(List.of(arguments));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("log").toFile())
              .start();
    }

    /** Checks that Jazzer found nothing; returns its output. */
    String end() throws Exception {
      int exit = process.waitFor();
      String said = Files.readString(work.resolve("log"), StandardCharsets.ISO_8859_1);
      assertEquals(0, exit, said);
      return said;
    }
  }

  private static Path empty(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(directory);
  }
}
