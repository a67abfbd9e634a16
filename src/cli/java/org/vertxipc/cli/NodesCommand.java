package org.vertxipc.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vertxipc.IpcClusterState;
import org.vertxipc.options.IpcClusterOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    description =
        "Show the nodes of a cluster without a network, what they consume, its maps, counters and"
            + " locks, without joining it.")
final class NodesCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "BUS", defaultValue = "cluster", description = "Name of the bus.")
  String bus;

  @Mixin PlaceOptions place;

  @Override
  public Integer call() throws Exception {
    Optional<IpcClusterState> found =
        IpcClusterState.read(place.on(new IpcClusterOptions().setName(bus)));
    if (found.isEmpty()) {
      spec.commandLine().getErr().println(Cli.NAME + ": no cluster '" + bus + "' is there");
      return 1;
    }
    print(found.get());
    return 0;
  }

  private static void print(IpcClusterState state) throws IOException {
    Output out = new Output();
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
    out.flush();
  }
}
