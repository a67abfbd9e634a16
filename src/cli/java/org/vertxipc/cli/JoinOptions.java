package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How a command joins a bus. */
final class JoinOptions {
  @Parameters(index = "0", paramLabel = "BUS", description = "Name of the bus.")
  String bus;

  String address;

  @Mixin PlaceOptions place;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      completionCandidates = TransportNames.class,
      defaultValue = "shm",
      description =
          "How this process receives (default: ${DEFAULT-VALUE}): ${COMPLETION-CANDIDATES}.")
  String transport;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Name of this node (default: derived from the process id).")
  String node;

  int waitSeconds;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Parameters(index = "1", paramLabel = "ADDRESS", description = "Exact event-bus address.")
  void setAddress(String address) {
    if (address.isEmpty() || address.indexOf('*') >= 0) {
      throw new ParameterException(
          spec.commandLine(), "ADDRESS '" + address + "': expected an exact address, without '*'");
    }
    this.address = address;
  }

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long to wait for a node that exports the address (default: ${DEFAULT-VALUE}).")
  void setWait(int seconds) {
    if (seconds < 0) {
      throw Cli.invalid(spec, "--wait", seconds, "0 or more");
    }
    waitSeconds = seconds;
  }

  IpcBridge create(Vertx vertx, BusOptions with) {
    return IpcBridge.create(
        vertx,
        new IpcBridgeOptions()
            .setBus(
                place
                    .on(with)
                    .setName(bus)
                    .setNode(node)
                    .setTransport(transport)
                    // Accepted messages are written before the tool ends.
                    .setCloseTimeoutMillis(600_000)));
  }

  /** Joins, and waits until some node exports the address. */
  IpcBridge joinAsClient(Vertx vertx) throws Exception {
    IpcBridge bridge = create(vertx, new BusOptions().addImport(address));
    Cli.await(bridge.start());
    try {
      Cli.await(
          bridge
              .awaitExport(address, Math.max(1, waitSeconds * 1_000L), TimeUnit.MILLISECONDS)
              .recover(
                  e ->
                      Future.failedFuture(
                          "No node on bus '"
                              + bus
                              + "' exports '"
                              + address
                              + "' (waited "
                              + waitSeconds
                              + " s)")));
      return bridge;
    } catch (Exception e) {
      Cli.await(bridge.close());
      throw e;
    }
  }
}
