package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Measures what idle processes use, and what the path of a frame allocates. */
final class Resources {
  private static final List<String> STEADY =
      List.of("shm-park", "shm-spin", "fifo", "clustered", "clustered-rings");

  private final Figures figures;
  private final List<String> contenders;
  private final Path scratch;
  private final int rounds;
  private final int millis;
  private final int idleSeconds;

  Resources(
      Figures figures,
      List<String> contenders,
      Path scratch,
      int rounds,
      int millis,
      int idleSeconds) {
    this.figures = figures;
    this.contenders = contenders;
    this.scratch = scratch;
    this.rounds = rounds;
    this.millis = millis;
    this.idleSeconds = idleSeconds;
  }

  void measure() throws IOException, InterruptedException {
    frames();
    Path directory = Files.createDirectories(scratch.resolve("plain"));
    JsonObject plain =
        new JsonObject()
            .put("actor", "bus")
            .put("role", "plain")
            .put("directory", directory.toString());
    try (Child vertx = Child.start(plain);
        Pair park = new Pair("bus", "shm-park", 1, scratch, false);
        Pair fifo = new Pair("bus", "fifo", 1, scratch, false)) {
      park.setRunning(true);
      fifo.setRunning(true);
      // Processes that have just started need time to settle.
      Thread.sleep(idleSeconds * 500L);
      for (int round = 1; round <= rounds; round++) {
        Bench.say("idle, round " + round + " of " + rounds);
        idle("plain", vertx, "shm-park", park.client(), "fifo", fifo.client());
      }
    }
    for (String name : STEADY) {
      if (contenders.contains(name)) {
        steady(name);
      }
    }
  }

  private void steady(String name) throws IOException, InterruptedException {
    Work work = Work.steady(10_000);
    JsonObject command =
        new JsonObject().put("work", work.toJson()).put("millis", 200L * idleSeconds);
    try (Pair pair = new Pair("bus", name, 1, scratch.resolve("steady"), false)) {
      pair.setRunning(true);
      pair.run(command);
      for (int round = 1; round <= rounds; round++) {
        figures.add(name, work.key(), pair.run(command));
      }
    }
  }

  private void frames() throws IOException, InterruptedException {
    try (Child child = Child.start(new JsonObject().put("actor", "frames"))) {
      JsonObject command = new JsonObject().put("millis", millis);
      for (int i = 0; i < 5; i++) {
        child.call(command);
      }
      for (int round = 1; round <= rounds; round++) {
        JsonObject result = child.call(command);
        figures.add("frames/path/bytesPerMessage", result.getDouble("bytesPerMessage"));
        figures.add("frames/path/rate", result.getDouble("rate"));
      }
    }
  }

  /** Measures all at the same time: pairs of a name and a process. */
  private void idle(Object... processes) throws IOException, InterruptedException {
    long[] before = new long[processes.length / 2];
    for (int i = 0; i < before.length; i++) {
      before[i] = ((Child) processes[2 * i + 1]).resources().getLong("cpu");
    }
    long start = System.nanoTime();
    Thread.sleep(idleSeconds * 1000L);
    for (int i = 0; i < before.length; i++) {
      JsonObject after = ((Child) processes[2 * i + 1]).resources();
      double elapsed = System.nanoTime() - start;
      String name = (String) processes[2 * i];
      figures.add(name + "/idle/cores", (after.getLong("cpu") - before[i]) / elapsed);
      figures.add(name + "/idle/descriptors", after.getDouble("descriptors"));
      figures.add(name + "/idle/pssKib", after.getDouble("pssKib"));
    }
  }
}
