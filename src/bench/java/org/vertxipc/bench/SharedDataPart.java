package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures maps, counters and locks of clusters of two and of four processes. */
final class SharedDataPart {
  private static final List<String> WORKS = List.of("put", "get", "increment", "lock");
  private static final String JOIN = "join";

  private final Figures figures;
  private final Path scratch;
  private final int rounds;
  private final int millis;
  private final int warmUp;

  SharedDataPart(Figures figures, Path scratch, int rounds, int millis, int warmUp) {
    this.figures = figures;
    this.scratch = scratch;
    this.rounds = rounds;
    this.millis = millis;
    this.warmUp = warmUp;
  }

  /** Clusters of one size exist together, so that they can be measured in turn. */
  void measure() throws IOException, InterruptedException {
    for (int processes : Plan.MEMBERS) {
      List<Pair> pairs = new ArrayList<>();
      try {
        for (String name : Plan.CLUSTERS) {
          Bench.say("start " + name + " of " + processes);
          pairs.add(new Pair("data", name, processes - 1, scratch, false));
        }
        for (Pair pair : pairs) {
          for (String work : WORKS) {
            run(pair, work, warmUp);
          }
        }
        for (int round = 1; round <= rounds; round++) {
          Bench.say("data, " + processes + " processes, round " + round + " of " + rounds);
          for (Pair pair : pairs) {
            for (String work : WORKS) {
              figures.add(pair.name() + "-" + processes, work, run(pair, work, millis));
            }
            figures.add(pair.name() + "-" + processes, JOIN, run(pair, JOIN, millis));
          }
        }
      } finally {
        for (Pair pair : pairs) {
          pair.close();
        }
      }
    }
  }

  private static JsonObject run(Pair pair, String what, int millis)
      throws IOException, InterruptedException {
    pair.setRunning(true);
    JsonObject result = pair.run(new JsonObject().put("what", what).put("millis", millis));
    pair.setRunning(false);
    return result;
  }
}
