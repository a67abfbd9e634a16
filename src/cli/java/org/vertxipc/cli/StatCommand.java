package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.vertxipc.IpcBusState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    description = {
      "Show what the nodes of a bus have counted, without joining it.",
      "With --watch also how much it grows per second, until Ctrl-C or until nobody reads the"
          + " output any more."
    })
final class StatCommand implements Callable<Integer> {
  private static final int ONCE = 0;

  @Mixin BusPlace from;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NODE",
      description = "Only this node (default: all).")
  String node;

  @Mixin Format format;

  @Spec CommandSpec spec;

  private final Output out = new Output();
  private int seconds = ONCE;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description = "Show it again and again, with the growth per second.")
  void setWatch(int every) {
    if (every < 1) {
      throw Cli.invalid(spec, "--watch", every, "1 or more");
    }
    seconds = every;
  }

  @Override
  public Integer call() throws Exception {
    List<IpcBusState.Node> nodes = look();
    show(nodes, null);
    if (seconds == ONCE) {
      return 0;
    }
    CountDownLatch unread = new CountDownLatch(1);
    OutputWatch.start(unread::countDown);
    Look before = Look.at(nodes, System.currentTimeMillis());
    while (!unread.await(seconds, TimeUnit.SECONDS)) {
      long now = System.currentTimeMillis();
      nodes = lookAgain();
      if (!format.json) {
        out.line("");
      }
      show(nodes, before);
      before = Look.at(nodes, now);
    }
    throw new ClosedOutputException();
  }

  /** Fails when there is nothing to see. */
  private List<IpcBusState.Node> look() throws IOException {
    List<IpcBusState.Node> all = from.read().nodes();
    List<IpcBusState.Node> found = chosen(all);
    if (found.isEmpty()) {
      String others = all.stream().map(IpcBusState.Node::name).collect(Collectors.joining(", "));
      throw new IOException(
          Text.printable("bus '" + from.bus + "' has no node '" + node + "'; it has " + others));
    }
    return found;
  }

  /** What is watched may go and come back. */
  private List<IpcBusState.Node> lookAgain() throws IOException {
    return BusPlace.find(from.place, from.bus)
        .map(state -> chosen(state.nodes()))
        .orElseGet(List::of);
  }

  private List<IpcBusState.Node> chosen(List<IpcBusState.Node> all) {
    return all.stream().filter(each -> node == null || each.name().equals(node)).toList();
  }

  private void show(List<IpcBusState.Node> nodes, Look before) throws IOException {
    Table table =
        before == null
            ? new Table("NODE", "STATE", "COUNTER", "OF", "VALUE")
            : new Table("NODE", "STATE", "COUNTER", "OF", "VALUE", "PER SECOND");
    JsonArray list = new JsonArray();
    for (IpcBusState.Node each : nodes) {
      List<Double> rates = before == null ? null : before.rates(each);
      list.add(BusJson.node(each).put("counters", json(each, rates)));
      String state = each.alive() ? "alive" : "dead";
      for (int i = 0; i < each.counters().size(); i++) {
        IpcBusState.Count count = each.counters().get(i);
        String of = of(count.tags());
        if (rates == null) {
          table.row(each.name(), state, count.name(), of, count.value());
        } else {
          table.row(each.name(), state, count.name(), of, count.value(), rates.get(i));
        }
      }
    }
    format.print(out, table, new JsonObject().put("bus", from.bus).put("nodes", list));
    Format.complain(new IpcBusState(nodes));
  }

  private static String of(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining(" "));
  }

  private static JsonArray json(IpcBusState.Node node, List<Double> rates) {
    JsonArray counters = new JsonArray();
    for (int i = 0; i < node.counters().size(); i++) {
      IpcBusState.Count count = node.counters().get(i);
      JsonObject json = new JsonObject().put("name", count.name());
      JsonObject tags = new JsonObject();
      count.tags().forEach(tags::put);
      json.put("tags", tags).put("value", count.value());
      if (rates != null) {
        json.put("perSecond", rates.get(i));
      }
      counters.add(json);
    }
    return counters;
  }
}
