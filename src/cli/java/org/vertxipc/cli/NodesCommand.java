package org.vertxipc.cli;

import java.io.PrintWriter;
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
    PrintWriter out = spec.commandLine().getOut();
    if (found.isEmpty()) {
      spec.commandLine().getErr().println("vertx-ipc-cli: no cluster '" + bus + "' is there");
      return 1;
    }
    IpcClusterState state = found.get();
    for (IpcClusterState.Node node : state.nodes()) {
      out.printf("node    %s  process %d  %s%n", node.id(), node.pid(), node.address());
      node.consumers()
          .forEach((address, count) -> out.printf("          %4d  %s%n", count, address));
    }
    state.maps().forEach((name, size) -> out.printf("map     %s  %,d entries%n", name, size));
    state.counters().forEach((name, value) -> out.printf("counter %s  %,d%n", name, value));
    for (IpcClusterState.HeldLock lock : state.locks()) {
      out.printf(
          "lock    %s  held by %s, %d waiting%n",
          lock.name(), lock.holder(), lock.waiting().size());
    }
    out.flush();
    return 0;
  }
}
