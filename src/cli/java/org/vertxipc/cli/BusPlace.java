package org.vertxipc.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.vertxipc.IpcBusState;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The bus that a command reads without joining it. */
final class BusPlace {
  @Parameters(index = "0", paramLabel = "BUS", description = "Name of the bus.")
  String bus;

  @Mixin PlaceOptions place;

  /** Reads the bus; fails when it has no nodes. */
  IpcBusState read() throws IOException {
    return read(place, bus);
  }

  /** Reads a bus; fails when it has no nodes. */
  static IpcBusState read(PlaceOptions place, String bus) throws IOException {
    Optional<IpcBusState> state = find(place, bus);
    if (state.isEmpty()) {
      throw new IOException("no bus '" + bus + "' is there; " + others(place));
    }
    return state.get();
  }

  /** Reads a bus; empty when it has no nodes, as the directory of a cluster has none. */
  static Optional<IpcBusState> find(PlaceOptions place, String bus) throws IOException {
    return IpcBusState.read(place.on(new BusOptions().setName(bus)))
        .filter(state -> !state.nodes().isEmpty());
  }

  /** Says which names there are, for somebody who has mistyped one. */
  static String others(PlaceOptions place) throws IOException {
    // The name is checked, and not used.
    BusOptions any = place.on(new BusOptions().setName("any"));
    List<String> names = IpcBusState.buses(any);
    return Text.printable(
        names.isEmpty()
            ? IpcBusState.directory(any) + " has none"
            : IpcBusState.directory(any) + " has " + String.join(", ", names));
  }
}
