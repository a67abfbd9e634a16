package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBusState;
import org.vertxipc.IpcClusterState;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcClusterOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "buses",
    mixinStandardHelpOptions = true,
    description = {
      "Show all buses of a directory, and how many live and dead nodes each has.",
      "A cluster without a network is among them; its members are counted apart."
    })
final class BusesCommand implements Callable<Integer> {
  @Mixin PlaceOptions place;

  @Mixin Format format;

  @Override
  public Integer call() throws Exception {
    Table table = new Table("BUS", "LIVE", "DEAD", "CLUSTER");
    JsonArray list = new JsonArray();
    // The name is checked, and not used.
    for (String bus : IpcBusState.buses(place.on(new BusOptions().setName("any")))) {
      show(bus, table, list);
    }
    format.print(new Output(), table, new JsonObject().put("buses", list));
    return 0;
  }

  private void show(String bus, Table table, JsonArray list) {
    JsonObject json = new JsonObject().put("bus", bus);
    list.add(json);
    try {
      List<IpcBusState.Node> nodes =
          BusPlace.find(place, bus).map(IpcBusState::nodes).orElse(List.of());
      long live = nodes.stream().filter(IpcBusState.Node::alive).count();
      long dead = nodes.size() - live;
      int members =
          IpcClusterState.read(place.on(new IpcClusterOptions().setName(bus)))
              .map(state -> state.nodes().size())
              .orElse(0);
      table.row(bus, live, dead, members);
      json.put("live", live).put("dead", dead).put("cluster", members);
    } catch (IOException | IllegalArgumentException e) {
      // One that can't be read, or is no bus, hides no other.
      table.row(bus, null, null, null);
      json.put("problem", Cli.explain(e));
      System.err.println(Cli.NAME + Text.printable(": " + bus + ": " + Cli.explain(e)));
    }
  }
}
