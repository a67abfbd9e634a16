package org.vertxipc.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A process of the benchmark: it reads what it shall be, and then one command per line, and answers
 * each with a line.
 */
final class BenchNode {
  /** Marks an answer, to distinguish it from what libraries print. */
  static final String MARK = "@";

  private BenchNode() {}

  public static void main(String[] args) {
    try {
      run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
      System.exit(0);
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void run(BufferedReader in) throws Exception {
    JsonObject config = new JsonObject(in.readLine());
    Actor actor =
        switch (config.getString("actor")) {
          case "bus" -> new BusActor(config);
          case "data" -> new DataActor(config);
          case "bytes" -> new BytesActor(config);
          case "frames" -> new FramesActor();
          case "journal" -> new JournalActor(config);
          default -> throw new IllegalArgumentException(config.encode());
        };
    answer(new JsonObject());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject command = new JsonObject(line);
      JsonObject before = resources();
      JsonObject figures =
          command.containsKey("resources") ? new JsonObject() : actor.handle(command);
      JsonObject after = resources();
      answer(
          figures
              .put("cpuNanos", after.getLong("cpu") - before.getLong("cpu"))
              .put("allocated", after.getLong("allocated") - before.getLong("allocated"))
              .put("resources", after));
    }
  }

  private static void answer(JsonObject answer) {
    System.out.println(MARK + answer.encode());
  }

  /** Returns what the process has used so far, and what it holds now. */
  private static JsonObject resources() throws IOException {
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated =
        Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
            .filter(n -> n > 0)
            .sum();
    return new JsonObject()
        .put("cpu", os.getProcessCpuTime())
        .put("allocated", allocated)
        .put("descriptors", descriptors())
        .put("pssKib", pss());
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.count();
    }
  }

  /** Returns resident memory, with a share of shared pages, so that it adds up over processes. */
  private static long pss() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/smaps_rollup has no line Pss");
  }
}
