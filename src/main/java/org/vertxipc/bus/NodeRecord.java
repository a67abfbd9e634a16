package org.vertxipc.bus;

import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * What a node says of itself in {@code node.json}.
 *
 * @param node its name
 * @param incarnation a random number, new at every start
 * @param pid of its process
 * @param startMillis when that process started, in milliseconds since the epoch
 * @param transport on which it receives
 */
record NodeRecord(String node, long incarnation, long pid, long startMillis, String transport) {
  static final int VERSION = 1;

  static NodeRecord ofThisProcess(String node, long incarnation, String transport) {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    return new NodeRecord(node, incarnation, self.pid(), start, transport);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("version", VERSION)
        .put("node", node)
        .put("incarnation", hex(incarnation))
        .put("pid", pid)
        .put("startMillis", startMillis)
        .put("transport", transport);
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
          json.getString("transport"));
    } catch (ClassCastException | NullPointerException | NumberFormatException e) {
      throw new IOException("malformed node record " + json.encode(), e);
    }
  }

  static String hex(long incarnation) {
    return String.format("%016x", incarnation);
  }
}
