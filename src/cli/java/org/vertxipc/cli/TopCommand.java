package org.vertxipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBusState;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = {
      "Show the nodes of a bus on the whole screen, and how busy they are, without joining it. It is"
          + " read again every second.",
      "The screen says which keys there are: 'q' ends it, others sort, reverse and scroll. There"
          + " are no colours when the environment variable NO_COLOR is set."
    })
final class TopCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "BUS",
      arity = "0..1",
      description = "Name of the bus (default: the only one that has nodes).")
  String bus;

  @Mixin PlaceOptions place;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!Terminal.isStandardInput() || !Terminal.isStandardOutput()) {
      throw wrong(
          "top needs a terminal as standard input and output; without one, use"
              + " 'stat BUS --watch SECONDS'");
    }
    String watched = bus == null ? only() : bus;
    // Of a bus that is not there from the beginning, the name is wrong rather than the time.
    long now = System.currentTimeMillis();
    IpcBusState state = BusPlace.read(place, watched);
    return new TopLoop(place, watched).run(state, now);
  }

  private String only() throws IOException {
    List<String> found = new ArrayList<>();
    // The name is checked, and not used.
    for (String name : IpcBusState.buses(place.on(new BusOptions().setName("any")))) {
      if (BusPlace.find(place, name).isPresent()) {
        found.add(name);
      }
    }
    if (found.size() > 1) {
      throw wrong(
          Text.printable("BUS is missing, and there are several: " + String.join(", ", found)));
    } else if (found.isEmpty()) {
      throw new IOException("no bus is there; " + BusPlace.others(place));
    }
    return found.get(0);
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }
}
