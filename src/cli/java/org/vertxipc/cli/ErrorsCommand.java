package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBusState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "errors",
    mixinStandardHelpOptions = true,
    description = {
      "Show what was lost or refused on a bus, by node and reason, which nodes have lost peers,"
          + " the last error of each, which have died, and what can't be read, without joining it.",
      "It counts from the start of each node; that of the dead is kept until the last node leaves."
    })
final class ErrorsCommand implements Callable<Integer> {
  @Mixin BusPlace from;

  @Mixin Format format;

  private final Table table = new Table("NODE", "STATE", "WHAT", "REASON", "COUNT");
  private final JsonArray errors = new JsonArray();

  @Override
  public Integer call() throws Exception {
    for (IpcBusState.Node node : from.read().nodes()) {
      for (IpcBusState.Count count : node.counters()) {
        if (count.value() > 0 && count.name().equals("messages.lost")) {
          add(node, "messages lost", count.tags().get("reason"), count.value());
        } else if (count.value() > 0 && count.name().equals("peers.lost")) {
          add(node, "peers lost", null, count.value());
        } else if (count.name().equals("last.error")) {
          String when =
              Instant.ofEpochMilli(count.value()).truncatedTo(ChronoUnit.SECONDS).toString();
          add(node, "last error", when + " " + count.tags().get("text"), null);
        }
      }
      if (node.problem() != null) {
        add(node, "unreadable", node.problem(), null);
      }
      if (!node.alive()) {
        add(node, "died", null, null);
      }
    }
    Output out = new Output();
    if (format.json || !errors.isEmpty()) {
      format.print(out, table, new JsonObject().put("bus", from.bus).put("errors", errors));
    }
    return errors.isEmpty() ? 0 : 1;
  }

  private void add(IpcBusState.Node node, String what, String reason, Long count) {
    table.row(node.name(), node.alive() ? "alive" : "dead", what, reason, count);
    errors.add(
        new JsonObject()
            .put("node", node.name())
            .put("alive", node.alive())
            .put("what", what)
            .put("reason", reason)
            .put("count", count));
  }
}
