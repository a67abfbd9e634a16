package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vertxipc.IpcBusState;
import org.vertxipc.IpcClusterState;

/** States as JSON, in which what is not known is null. */
final class BusJson {
  private BusJson() {}

  /** Returns what a node is, without its counters. */
  static JsonObject node(IpcBusState.Node node) {
    return new JsonObject()
        .put("node", node.name())
        .put("alive", node.alive())
        .put("pid", known(node.pid()))
        .put("startedMillis", known(node.startedMillis()))
        .put("asOfMillis", known(node.asOfMillis()))
        .put("transport", node.transport())
        .put("problem", node.problem());
  }

  /** Returns how each peer of a node that is known from its counters receives. */
  static Map<String, String> peers(IpcBusState.Node node) {
    Map<String, String> peers = new LinkedHashMap<>();
    for (IpcBusState.Count count : node.counters()) {
      // That of what goes out has the transport by which the peer receives.
      if (count.name().equals("peer.messages.sent")) {
        peers.put(count.tags().get("peer"), count.tags().get("transport"));
      }
    }
    return peers;
  }

  static JsonObject cluster(IpcClusterState state) {
    JsonArray nodes = new JsonArray();
    for (IpcClusterState.Node node : state.nodes()) {
      nodes.add(
          new JsonObject()
              .put("id", node.id())
              .put("pid", node.pid())
              .put("address", node.address())
              .put("consumers", object(node.consumers())));
    }
    JsonArray locks = new JsonArray();
    for (IpcClusterState.HeldLock lock : state.locks()) {
      locks.add(
          new JsonObject()
              .put("lock", lock.name())
              .put("holder", lock.holder())
              .put("waiting", new JsonArray(lock.waiting())));
    }
    return new JsonObject()
        .put("nodes", nodes)
        .put("maps", object(state.maps()))
        .put("counters", object(state.counters()))
        .put("locks", locks);
  }

  private static JsonObject object(Map<String, ?> values) {
    JsonObject object = new JsonObject();
    values.forEach(object::put);
    return object;
  }

  private static Long known(long value) {
    return value == 0 ? null : value;
  }
}
