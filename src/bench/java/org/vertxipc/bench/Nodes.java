package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.bench.Work.Caller;

/** Measures what a message between two nodes costs, with more and more nodes on the bus. */
final class Nodes {
  private static final int NODES_OF_A_PROCESS = 5;
  private static final List<Work> WORKS =
      List.of(Work.send(64, Caller.SAME), Work.request(1, Caller.SAME));

  private final Figures figures;
  private final Path scratch;
  private final int rounds;
  private final int millis;
  private final int warmUp;

  Nodes(Figures figures, Path scratch, int rounds, int millis, int warmUp) {
    this.figures = figures;
    this.scratch = scratch;
    this.rounds = rounds;
    this.millis = millis;
    this.warmUp = warmUp;
  }

  /** Buses of each size exist together, so that they can be measured in turn. */
  void measure() throws IOException, InterruptedException {
    List<Pair> pairs = new ArrayList<>();
    List<List<Child>> others = new ArrayList<>();
    try {
      for (int count : Plan.NODES) {
        Bench.say("start a bus of " + count + " nodes");
        Path directory = scratch.resolve("nodes-" + count);
        Pair pair = new Pair("bus", "shm-park", 1, directory, false);
        pairs.add(pair);
        List<Child> idle = new ArrayList<>();
        others.add(idle);
        setRunning(pair, idle, true);
        for (int started = 2; started < count; started += NODES_OF_A_PROCESS) {
          idle.add(
              Child.start(
                  new JsonObject()
                      .put("actor", "bus")
                      .put("role", "idle")
                      .put("index", started)
                      .put("nodes", Math.min(NODES_OF_A_PROCESS, count - started))
                      .put("directory", directory.resolve("shm-park-1").toString())));
        }
        for (Work work : WORKS) {
          run(pair, work, 2 * warmUp);
        }
        setRunning(pair, idle, false);
      }
      for (int round = 1; round <= rounds; round++) {
        Bench.say("nodes, round " + round + " of " + rounds);
        for (int i = 0; i < Plan.NODES.length; i++) {
          String name = "nodes-" + Plan.NODES[i];
          setRunning(pairs.get(i), others.get(i), true);
          for (Work work : WORKS) {
            figures.add(name, work.key(), run(pairs.get(i), work, millis));
          }
          JsonObject held = pairs.get(i).client().resources();
          setRunning(pairs.get(i), others.get(i), false);
          figures.add(name + "/client/descriptors", held.getDouble("descriptors"));
          figures.add(name + "/client/pssKib", held.getDouble("pssKib"));
        }
      }
    } finally {
      for (Pair pair : pairs) {
        pair.close();
      }
      for (List<Child> idle : others) {
        for (Child child : idle) {
          child.close();
        }
      }
    }
  }

  private static JsonObject run(Pair pair, Work work, int millis) throws IOException {
    return pair.run(new JsonObject().put("work", work.toJson()).put("millis", millis));
  }

  private static void setRunning(Pair pair, List<Child> idle, boolean running)
      throws IOException, InterruptedException {
    for (Child child : idle) {
      child.setRunning(running);
    }
    pair.setRunning(running);
  }
}
