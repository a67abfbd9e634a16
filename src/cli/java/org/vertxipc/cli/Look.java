package org.vertxipc.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.IpcBusState;

/** What was seen of a bus, and when; a later look at a node is compared with it. */
record Look(Map<String, IpcBusState.Node> nodes, long atMillis) {
  static Look at(List<IpcBusState.Node> nodes, long atMillis) {
    Map<String, IpcBusState.Node> all = new HashMap<>();
    nodes.forEach(node -> all.put(id(node), node));
    return new Look(all, atMillis);
  }

  /** One that has died may have the name of one that lives. */
  private static String id(IpcBusState.Node node) {
    return node.startedMillis() + " " + node.name();
  }

  List<Double> rates(IpcBusState.Node node) {
    return Rates.perSecond(nodes.get(id(node)), atMillis, node);
  }
}
