package org.vertxipc.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The parts of a run that failed. The others go on, and the report names these. */
final class Failures {
  private final List<JsonObject> failed = new ArrayList<>();

  /** One part of the benchmark. */
  @FunctionalInterface
  interface Part {
    void measure() throws IOException, InterruptedException;
  }

  /** Runs a part, and takes note of how it failed. */
  void run(String name, Part part) throws InterruptedException {
    try {
      part.measure();
    } catch (IOException | RuntimeException | AssertionError e) {
      e.printStackTrace();
      Bench.say("part " + name + " failed: " + e);
      failed.add(new JsonObject().put("part", name).put("why", e.toString()));
    }
  }

  boolean isEmpty() {
    return failed.isEmpty();
  }

  JsonArray toJson() {
    return new JsonArray(failed);
  }

  /** Returns what a report says of them: nothing when there are none. */
  String markdown() {
    StringBuilder md = new StringBuilder();
    for (JsonObject one : failed) {
      md.append("**Part `")
          .append(one.getString("part"))
          .append("` failed: ")
          .append(one.getString("why").replace('\n', ' '))
          .append("**\n\n");
    }
    return md.toString();
  }
}
