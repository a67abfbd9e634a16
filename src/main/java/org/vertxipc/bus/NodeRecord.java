package org.vertxipc.bus;

import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * What a node publishes about itself in {@code node.json}.
 *
 * @param node its name
 * @param incarnation a random number, new at every start
 * @param pid of its process
 * @param startMillis when that process started, in milliseconds since the epoch
 * @param transport by which it receives
 * @param passing whether its name was made for its process, so that no other will have it
 */
record NodeRecord(
    String node, long incarnation, long pid, long startMillis, String transport, boolean passing) {
  static final int VERSION = 2;

  static NodeRecord ofThisProcess(BusConfig config, long incarnation) {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    return new NodeRecord(
        config.node(),
        incarnation,
        self.pid(),
        start,
        config.options().getTransport(),
        config.passing());
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("version", VERSION)
        .put("node", node)
        .put("incarnation", hex(incarnation))
        .put("pid", pid)
        .put("startMillis", startMillis)
        .put("transport", transport)
        .put("passing", passing);
  }

  static NodeRecord fromJson(JsonObject json) throws IOException {
    try {
      int version = json.getInteger("version");
      if (version != VERSION) {
        throw new IOException("node record of version " + version + ", this is version " + VERSION);
      }
      return new NodeRecord(
          json.getString("node"),
          Long.parseUnsignedLong(json.getString("incarnation"), 16),
          json.getLong("pid"),
          json.getLong("startMillis"),
          json.getString("transport"),
          json.getBoolean("passing"));
    } catch (ClassCastException | NullPointerException | NumberFormatException e) {
      throw new IOException("malformed node record " + json.encode(), e);
    }
  }

  static String hex(long incarnation) {
    return String.format("%016x", incarnation);
  }
}
