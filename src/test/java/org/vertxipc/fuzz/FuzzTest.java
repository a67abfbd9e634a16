package org.vertxipc.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.NodeProcess;

/**
 * Fuzzing guided by coverage, with Jazzer. The corpus is kept in {@code src/test/fuzz}, an input a
 * line, in hexadecimal digits. {@code mvn verify} starts from it for a moment; {@code mvn -Pfuzz
 * verify} goes on for long, and adds to it what covers something new.
 */
class FuzzTest {
  private static final Path CORPUS = Path.of("src/test/fuzz");
  private static final int SECONDS = Integer.getInteger("vertxipc.fuzz.seconds", 8);
  private static final boolean KEEPS = Boolean.getBoolean("vertxipc.fuzz.keep");
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.vertxipc.wire.FrameFuzz",
        "org.vertxipc.ring.RingFuzz",
        "org.vertxipc.ConfigFuzz"
      })
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void nothingIsFound(String target) throws Exception {
    String name = target.substring(target.lastIndexOf('.') + 1);
    Path kept = CORPUS.resolve(name + ".hex");
    Path work = Path.of("target", "fuzz", name).toAbsolutePath();
    Path inputs = empty(work.resolve("inputs"));
    for (String line : Files.readAllLines(kept)) {
      byte[] input = HexFormat.of().parseHex(line);
      Files.write(inputs.resolve(String.format("%08x", line.hashCode())), input);
    }
    String log = jazzer(work, target, "-max_total_time=" + SECONDS, inputs.toString());
    assertTrue(log.contains("Done "), log);
    if (KEEPS) {
      Path best = empty(work.resolve("best"));
      jazzer(work, target, "-merge=1", best.toString(), inputs.toString());
      write(best, kept);
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

  private static String jazzer(Path work, String target, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(NodeProcess.java("-Xmx1g"));
    command.remove("-XX:TieredStopAtLevel=1");
    command.add(JAZZER);
    command.add("--target_class=" + target);
    command.add("--instrumentation_includes=org.vertxipc.**");
    // No looking into the classes of others: it takes longer than a short run.
    command.add("--custom_hook_includes=org.vertxipc.**");
    command.add("--reproducer_path=" + work);
    command.add("-artifact_prefix=" + work + File.separator);
    command.add("-max_len=4096");
    command.add("-rss_limit_mb=0");
    command.addAll(List.of(arguments));
    Path log = work.resolve("log");
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertEquals(0, exit, said);
    return said;
  }

  private static void write(Path inputs, Path kept) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(inputs)) {
      for (Path file : files.toList()) {
        lines.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    lines.sort(null);
    Files.write(kept, lines);
  }
}
