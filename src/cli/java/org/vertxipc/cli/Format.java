package org.vertxipc.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.vertxipc.IpcBusState;
import picocli.CommandLine.Option;

/** How a command shows what it has read: a table for people, JSON for scripts. */
final class Format {
  @Option(names = "--json", description = "Print JSON, on one line.")
  boolean json;

  /** Prints one of the two, at once. */
  void print(Output out, Table table, JsonObject all) throws IOException {
    if (json) {
      out.line(all.encode());
    } else {
      for (String line : table.lines()) {
        out.line(line);
      }
    }
    out.flush();
  }

  /** Says on standard error what could not be read; JSON has it beside the node. */
  static void complain(IpcBusState state) {
    for (IpcBusState.Node node : state.nodes()) {
      if (node.problem() != null) {
        System.err.println(
            Cli.NAME + ": node " + Text.printable(node.name() + ": " + node.problem()));
      }
    }
  }
}
