package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.OnOneJdk;

/** Checks the dashboard for Grafana against what a running bridge shows to Prometheus. */
@OnOneJdk
class DashboardTest {
  private static final String SOURCE = "${DS_PROMETHEUS}";

  private static final Pattern SELECTOR =
      Pattern.compile("(vertx_ipc_\\w+)(?:\\{([^}]*)})?(\\[[^\\]]+])?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
  private static final Pattern GROUPS = Pattern.compile("\\b(?:by|without) \\(([^)]*)\\)");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");
  private static final Pattern VALUES =
      Pattern.compile("label_values\\((vertx_ipc_\\w+)(?:\\{([^}]*)})?, (\\w+)\\)");

  private final JsonObject dashboard;

  DashboardTest() throws IOException {
    dashboard = new JsonObject(Files.readString(Path.of("examples/grafana/vertx-ipc.json")));
  }

  private static List<JsonObject> objects(JsonArray array) {
    List<JsonObject> objects = new ArrayList<>();
    array.forEach(o -> objects.add((JsonObject) o));
    return objects;
  }

  private List<JsonObject> panels() {
    return objects(dashboard.getJsonArray("panels"));
  }

  private List<JsonObject> variables() {
    return objects(dashboard.getJsonObject("templating").getJsonArray("list"));
  }

  @Test
  void canBeImported() {
    JsonObject input = dashboard.getJsonArray("__inputs").getJsonObject(0);
    assertEquals("datasource", input.getString("type"));
    assertEquals("prometheus", input.getString("pluginId"));
    assertEquals(SOURCE, "${" + input.getString("name") + "}");
    assertTrue(dashboard.getInteger("schemaVersion") >= 36);
    assertEquals(null, dashboard.getValue("id"), "Grafana gives it one");
    assertFalse(dashboard.getString("title").isBlank());
    Set<String> required = new HashSet<>();
    objects(dashboard.getJsonArray("__requires"))
        .forEach(r -> required.add(r.getString("type") + " " + r.getString("id")));
    Set<Integer> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (JsonObject panel : panels()) {
      String title = panel.getString("title");
      assertTrue(ids.add(panel.getInteger("id")), title);
      assertTrue(required.contains("panel " + panel.getString("type")), title);
      JsonObject place = panel.getJsonObject("gridPos");
      assertTrue(place.getInteger("x") + place.getInteger("w") <= 24, title);
      assertTrue(places.add(place.getInteger("x") + "," + place.getInteger("y")), title);
      assertEquals(SOURCE, panel.getJsonObject("datasource").getString("uid"), title);
      Set<String> letters = new HashSet<>();
      for (JsonObject target : objects(panel.getJsonArray("targets"))) {
        assertEquals(SOURCE, target.getJsonObject("datasource").getString("uid"), title);
        assertTrue(letters.add(target.getString("refId")), title);
      }
    }
    assertTrue(ids.size() > 8, ids.size() + " panels");
    assertTrue(required.contains("datasource prometheus"));
    assertEquals(
        List.of("bus", "node"), variables().stream().map(v -> v.getString("name")).toList());
  }

  @Test
  void everyMetricAndLabelIsThere() throws Exception {
    Map<String, Set<String>> labels = labels();
    int checked = 0;
    for (JsonObject panel : panels()) {
      for (JsonObject target : objects(panel.getJsonArray("targets"))) {
        String query = target.getString("expr");
        assertEquals(List.of(), problems(query, target.getString("legendFormat"), labels), query);
        checked++;
      }
    }
    for (JsonObject variable : variables()) {
      String query = variable.getJsonObject("query").getString("query");
      assertEquals(variable.getString("definition"), query);
      Matcher m = VALUES.matcher(query);
      assertTrue(m.matches(), query);
      assertTrue(labels.get(m.group(1)).containsAll(matched(m.group(2))), query);
      assertEquals(variable.getString("name"), m.group(3));
      assertTrue(labels.get(m.group(1)).contains(m.group(3)), query);
    }
    assertTrue(checked >= panels().size(), checked + " queries");
    Map<String, Set<String>> none = Map.of("vertx_ipc_exports", Set.of("node"));
    assertEquals(
        4,
        problems("sum by (peer) (vertx_ipc_exports{bus=\"x\"}) + vertx_ipc_y", "{{node}}", none)
            .size());
  }

  private static Set<String> matched(String matchers) {
    Set<String> labels = new TreeSet<>();
    if (matchers != null) {
      Matcher m = MATCHER.matcher(matchers);
      while (m.find()) {
        labels.add(m.group(1));
      }
    }
    return labels;
  }

  /** Returns what a query names that is not there. */
  private static List<String> problems(
      String query, String legend, Map<String, Set<String>> labels) {
    List<String> problems = new ArrayList<>();
    Set<String> grouped = new TreeSet<>();
    Matcher groups = GROUPS.matcher(query);
    while (groups.find()) {
      grouped.addAll(List.of(groups.group(1).split(",\\s*")));
    }
    Matcher shown = LEGEND.matcher(legend);
    while (shown.find()) {
      if (!grouped.contains(shown.group(1))) {
        problems.add("the legend has " + shown.group(1));
      }
    }
    Matcher selector = SELECTOR.matcher(query);
    int metrics = 0;
    while (selector.find()) {
      metrics++;
      String metric = selector.group(1);
      Set<String> there = labels.get(metric);
      if (there == null) {
        problems.add("no " + metric);
        continue;
      }
      Set<String> needed = matched(selector.group(2));
      needed.addAll(grouped);
      needed.removeAll(there);
      needed.forEach(label -> problems.add(metric + " without " + label));
      boolean counts = metric.endsWith("_total");
      if (counts != (selector.group(3) != null)) {
        problems.add(metric + " is asked for " + (counts ? "without" : "with") + " a range");
      }
    }
    if (metrics == 0) {
      problems.add("no metric");
    }
    return problems;
  }

  /** Returns what a node that exports an address and has a peer shows: labels by metric. */
  private static Map<String, Set<String>> labels() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Map<String, Set<String>> labels = new HashMap<>();
    try (MeteredBus bus = new MeteredBus()) {
      Vertx vertx = bus.vertx(registry);
      IpcBridge a = bus.start(vertx, bus.options("a").addImport("t.*").addExport("t.mine"));
      bus.startEcho(bus.bus().vertx(true), bus.options("b"));
      Await.get(a.awaitExport(MeteredBus.ECHO));
      MeteredBus.ask(vertx, 1);
      for (Scrape.Sample sample : Scrape.of(registry.scrape()).samples()) {
        labels.put(sample.name(), sample.labels().keySet());
      }
    }
    return labels;
  }
}
