package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures logs in files, in memory and on a disk. Each log has a process that appends and another
 * that replays, so that a reader never finds pages in its memory that its writer has touched.
 */
final class LogsPart {
  private final Figures figures;
  private final List<Place> places;
  private final int rounds;
  private final int warmUp;

  /** Where logs are: {@code suffix} is what the names of figures get. */
  private record Place(String suffix, Path directory) {}

  private record Log(String name, Place place, Child writer, Child reader) {}

  /**
   * Measures into the figures.
   *
   * @param figures takes what is measured
   * @param memory a directory in memory
   * @param disk a directory on a disk
   * @param rounds how many
   * @param warmUp milliseconds
   */
  LogsPart(Figures figures, Path memory, Path disk, int rounds, int warmUp) {
    this.figures = figures;
    this.places = List.of(new Place("", memory), new Place("-disk", disk));
    this.rounds = rounds;
    this.warmUp = warmUp;
  }

  void measure() throws IOException, InterruptedException {
    List<Log> logs = new ArrayList<>();
    try {
      for (Place place : places) {
        for (String name : Plan.LOGS) {
          Bench.say("start and warm up " + name + place.suffix());
          Path directory = Files.createDirectories(place.directory().resolve(name + "-log"));
          Child writer = Child.start(config(name, directory));
          Log log = new Log(name, place, writer, Child.start(config(name, directory)));
          logs.add(log);
          for (int i = 0; i < Math.max(1, warmUp / 200); i++) {
            run(log);
          }
          setRunning(log, false);
        }
      }
      for (int round = 1; round <= rounds; round++) {
        Bench.say("logs, round " + round + " of " + rounds);
        List<Log> inTurn = new ArrayList<>(logs);
        Collections.rotate(inTurn, round);
        for (Log log : inTurn) {
          setRunning(log, true);
          List<JsonObject> both = run(log);
          setRunning(log, false);
          figures.add(log.name(), "append" + log.place().suffix() + "/256B", both.get(0));
          figures.add(log.name(), "replay" + log.place().suffix() + "/256B", both.get(1));
        }
      }
    } finally {
      for (Log log : logs) {
        log.writer().close();
        log.reader().close();
      }
    }
  }

  private static JsonObject config(String name, Path directory) {
    return new JsonObject()
        .put("actor", "journal")
        .put("contender", name)
        .put("directory", directory.toString());
  }

  private static void setRunning(Log log, boolean running)
      throws IOException, InterruptedException {
    log.writer().setRunning(running);
    log.reader().setRunning(running);
  }

  /** Appends to a new log, and replays it; its writer has it open meanwhile. */
  private static List<JsonObject> run(Log log) throws IOException {
    JsonObject appended = log.writer().call(new JsonObject().put("what", "append"));
    JsonObject replayed =
        log.reader()
            .call(new JsonObject().put("what", "replay").put("log", appended.getString("log")));
    log.writer().call(new JsonObject().put("what", "remove"));
    return List.of(perMessage(appended), perMessage(replayed));
  }

  private static JsonObject perMessage(JsonObject figures) {
    double messages = figures.getDouble("messages");
    return new JsonObject()
        .put("rate", figures.getDouble("rate"))
        .put("cpuNanosPerMessage", figures.getLong("cpuNanos") / messages)
        .put("allocatedPerMessage", figures.getLong("allocated") / messages);
  }
}
