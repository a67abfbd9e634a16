package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBusState;
import org.vertxipc.IpcClusterState;
import org.vertxipc.options.IpcClusterOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    description = {
      "Show the nodes of a bus, without joining it.",
      "Of a cluster without a network: its nodes, what they consume, its maps, counters and locks."
    })
final class NodesCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUS", defaultValue = "cluster", description = "Name of the bus.")
  String bus;

  @Mixin PlaceOptions place;

  @Mixin Format format;

  @Override
  public Integer call() throws Exception {
    Optional<IpcClusterState> cluster =
        IpcClusterState.read(place.on(new IpcClusterOptions().setName(bus)));
    Optional<IpcBusState> found = BusPlace.find(place, bus);
    if (cluster.isEmpty() && found.isEmpty()) {
      throw new IOException(
          "no bus and no cluster '" + bus + "' is there; " + BusPlace.others(place));
    }
    Output out = new Output();
    if (format.json) {
      JsonObject all = new JsonObject().put("bus", bus);
      all.put("nodes", found.map(NodesCommand::json).orElseGet(JsonArray::new));
      cluster.ifPresent(state -> all.put("cluster", BusJson.cluster(state)));
      out.print(all.encode());
      return 0;
    }
    if (found.isPresent()) {
      for (String line : table(found.get(), System.currentTimeMillis()).lines()) {
        out.line(line);
      }
    }
    if (cluster.isPresent()) {
      print(cluster.get(), out);
    }
    out.flush();
    found.ifPresent(Format::complain);
    return 0;
  }

  private static Table table(IpcBusState state, long now) {
    Table table = new Table("NODE", "STATE", "PID", "UPTIME", "TRANSPORT", "PEERS", "EXPORTS");
    for (IpcBusState.Node node : state.nodes()) {
      boolean shows = !node.counters().isEmpty();
      table.row(
          node.name(),
          node.alive() ? "alive" : "dead",
          node.pid() == 0 ? null : Long.toString(node.pid()),
          shows && node.alive() ? Text.duration(now - node.startedMillis()) : null,
          node.transport(),
          shows ? BusJson.peers(node).size() : null,
          shows ? node.sum("exports") : null);
    }
    return table;
  }

  private static JsonArray json(IpcBusState state) {
    JsonArray nodes = new JsonArray();
    for (IpcBusState.Node node : state.nodes()) {
      JsonArray peers = new JsonArray();
      BusJson.peers(node)
          .forEach(
              (peer, transport) ->
                  peers.add(new JsonObject().put("node", peer).put("transport", transport)));
      boolean shows = !node.counters().isEmpty();
      nodes.add(
          BusJson.node(node)
              .put("peers", shows ? peers : null)
              .put("exports", shows ? node.sum("exports") : null));
    }
    return nodes;
  }

  private static void print(IpcClusterState state, Output out) throws IOException {
    for (IpcClusterState.Node node : state.nodes()) {
      out.line(String.format("node    %s  process %d  %s", node.id(), node.pid(), node.address()));
      for (var consumed : node.consumers().entrySet()) {
        out.line(String.format("          %4d  %s", consumed.getValue(), consumed.getKey()));
      }
    }
    for (var map : state.maps().entrySet()) {
      out.line(String.format("map     %s  %,d entries", map.getKey(), map.getValue()));
    }
    for (var counter : state.counters().entrySet()) {
      out.line(String.format("counter %s  %,d", counter.getKey(), counter.getValue()));
    }
    for (IpcClusterState.HeldLock lock : state.locks()) {
      out.line(
          String.format(
              "lock    %s  held by %s, %d waiting",
              lock.name(), lock.holder(), lock.waiting().size()));
    }
  }
}
