package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBusState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "addresses",
    mixinStandardHelpOptions = true,
    description =
        "Show the addresses that the live nodes of a bus export, and how many consumers each node"
            + " has, without joining it.")
final class AddressesCommand implements Callable<Integer> {
  @Mixin BusPlace from;

  @Mixin Format format;

  @Override
  public Integer call() throws Exception {
    IpcBusState state = from.read();
    Map<String, Map<String, Long>> addresses = new TreeMap<>();
    for (IpcBusState.Node node : state.nodes()) {
      if (node.alive()) {
        collect(node, addresses);
      }
    }
    Table table = new Table("ADDRESS", "NODE", "CONSUMERS");
    JsonArray list = new JsonArray();
    for (var address : addresses.entrySet()) {
      JsonArray nodes = new JsonArray();
      address
          .getValue()
          .forEach(
              (node, consumers) -> {
                table.row(address.getKey(), node, consumers);
                nodes.add(new JsonObject().put("node", node).put("consumers", consumers));
              });
      list.add(new JsonObject().put("address", address.getKey()).put("nodes", nodes));
    }
    JsonObject all = new JsonObject().put("bus", from.bus).put("addresses", list);
    format.print(new Output(), table, all);
    Format.complain(state);
    return 0;
  }

  private static void collect(IpcBusState.Node node, Map<String, Map<String, Long>> addresses) {
    long shown = 0;
    for (IpcBusState.Count count : node.counters()) {
      if (count.name().equals("export.consumers")) {
        String address = count.tags().get("address");
        addresses.computeIfAbsent(address, a -> new TreeMap<>()).put(node.name(), count.value());
        shown++;
      }
    }
    long exports = node.sum("exports");
    if (exports > shown) {
      System.err.println(
          Cli.NAME
              + Text.printable(": node " + node.name() + " shows ")
              + (shown + " of the " + exports + " addresses that it exports"));
    }
  }
}
