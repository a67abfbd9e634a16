package org.vertxipc.options;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes {@code docs/configuration.md} from the schema: a table for each object, a row for each key.
 */
final class ConfigurationReference {
  /** An escaped bar, for keys and values, because a bar would end the cell of a table. */
  private static final String BAR = "\\|";

  private final JsonObject schema;
  private final SchemaRules rules;
  private final StringBuilder out = new StringBuilder();

  private ConfigurationReference(JsonObject schema) {
    this.schema = schema;
    this.rules = new SchemaRules(schema);
  }

  /**
   * The document.
   *
   * @param schema of the configuration
   * @param example a configuration, as text
   */
  static String of(JsonObject schema, String example) {
    return new ConfigurationReference(schema).all(example);
  }

  private String all(String example) {
    out.append(
        """
        # Configuration

        <!-- Made of conf/vertx-ipc.schema.json. Change that, and then run
             mvn test -Dtest=ConfigurationDocTest -Dvertxipc.regenerate=true -->

        What `IpcBridgeVerticle` takes as its configuration, and `IpcBridgeOptions` as JSON. This page is made of the schema,
        `conf/vertx-ipc.schema.json`, by which every configuration is checked; an editor that is told of it (the key `$schema`) completes keys and marks
        what is wrong. What is wrong is said all at once, when the bridge is created: each key by its path, what was found, and what is accepted (what concerns several keys together, once each of them is right). In
        code, each key is a setter of `BusOptions`, or of the options of the link, with the same default.

        `conf/minimal.json`:

        ```json
        """);
    out.append(example).append("```\n\n");
    out.append(
        """
        | key | value | |
        |---|---|---|
        """);
    for (String key : keys(schema)) {
      JsonObject rule = property(schema, key);
      String link = "see [`" + key + "`](#" + key + ")";
      String is = rule.getString("type");
      out.append("| `").append(key).append("` | ");
      out.append(is.equals("string") ? "text" : "an " + is + ": " + link);
      out.append(" | ").append(rule.getString("description")).append(" |\n");
    }
    JsonObject bus = property(schema, "bus");
    section("##", "`bus`", bus);
    out.append(
        """

        The bridge also checks rules that the schema can't express: `group` and `mode` `"0660"` need each other; transport `anonymous` has no group;
        transport `mapped` needs `node`, because stored messages wait for a node's name.
        """);
    for (String key : keys(bus)) {
      if (property(bus, key).containsKey("properties")) {
        section("###", "`bus." + key + "`", property(bus, key));
      }
    }
    links();
    transport();
    return out.toString();
  }

  private void links() {
    JsonObject types = new JsonObject();
    JsonObject definitions = schema.getJsonObject("$defs");
    for (Object type : definitions.getJsonObject("type").getJsonArray("enum")) {
      types.put((String) type, link(definitions.getJsonObject((String) type)));
    }
    out.append(
        """

        ## `links`

        An array of links, with or without a bus. Each has a `type`, the keys that all links have, and those of its type. [links.md](links.md) says what they do.
        The bridge also checks rules that the schema can't express: `send` needs a program that can be written to (`write` of a FIFO or a queue), and
        `receive` one that can be read from (`read`); `reply` needs `send` and both directions, and `id` needs the codec `json-lines`; names of links differ.

        ### Keys of all links

        """);
    Set<String> common = common(types);
    JsonObject first = types.getJsonObject(keys(types).get(0));
    table(first, common);
    for (String type : keys(types)) {
      JsonObject link = types.getJsonObject(type);
      Set<String> own = new LinkedHashSet<>(keys(link));
      own.removeAll(common);
      out.append("\n### Link `").append(type).append("`\n\n");
      out.append(link.getString("description")).append(".\n\n");
      table(link, own);
    }
  }

  private void transport() {
    apart(
        "transport",
        """

        ## The fast lane of a cluster

        What `IpcTransportOptions` takes as JSON, and so the system property `vertxipc.transport` and the environment variable `VERTXIPC_TRANSPORT`;
        [fast-lane.md](fast-lane.md) says what it does. These keys stand by themselves, and not in the configuration of a bridge. In code, each is a setter
        of `IpcTransportOptions`, with the same default. As for a bus, `group` and `mode` `"0660"` need each other.

        """);
    apart(
        "cluster",
        """

        ## A cluster on one host

        What `IpcClusterOptions` takes as JSON, and so the system property `vertxipc.cluster` and the environment variable `VERTXIPC_CLUSTER`;
        [cluster.md](cluster.md) says what it does. These keys stand by themselves, too; in code, each is a setter of `IpcClusterOptions`.

        """);
  }

  /** What the schema of a bridge only defines. */
  private void apart(String name, String introduction) {
    out.append(introduction);
    JsonObject options = rules.of(schema.getJsonObject("$defs").getJsonObject(name), null);
    out.append(options.getString("description")).append(".\n\n");
    table(options, new LinkedHashSet<>(keys(options)));
  }

  /** All that holds for a type of links; that a type is needed is said where types are chosen. */
  private JsonObject link(JsonObject definition) {
    JsonObject all = rules.of(definition, null);
    all.getJsonArray("required").add("type");
    return all;
  }

  /** Returns the keys that are the same in each of several objects. */
  private Set<String> common(JsonObject objects) {
    List<String> names = keys(objects);
    JsonObject first = objects.getJsonObject(names.get(0));
    return keys(first).stream()
        .filter(
            key ->
                names.stream()
                    .map(objects::getJsonObject)
                    .allMatch(other -> property(first, key).equals(property(other, key))))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void section(String level, String title, JsonObject object) {
    out.append('\n').append(level).append(' ').append(title).append("\n\n");
    out.append(object.getString("description")).append(".\n\n");
    table(object, new LinkedHashSet<>(keys(object)));
  }

  private void table(JsonObject object, Set<String> shown) {
    out.append("| key | value | default | |\n|---|---|---|---|\n");
    JsonArray required = object.getJsonArray("required", new JsonArray());
    for (String key : shown) {
      JsonObject rule = property(object, key);
      out.append("| `").append(key).append('`');
      out.append(required.contains(key) ? ", required" : "");
      out.append(" | ").append(value(key, rule)).append(" | ");
      out.append(rule.containsKey("default") ? code(Json.encode(rule.getValue("default"))) : "");
      out.append(" | ").append(rule.getString("description").replace("|", BAR)).append(" |\n");
    }
  }

  /** Returns what is accepted, as a cell. */
  private String value(String key, JsonObject rule) {
    if (rule.containsKey("enum")) {
      return choices(rule.getJsonArray("enum"), rule.getLong("minimum", Long.MIN_VALUE));
    } else if (rule.containsKey("properties")) {
      return "an object: see [`bus."
          + key
          + "`](#bus"
          + key.toLowerCase(java.util.Locale.ROOT)
          + ")";
    } else if (rule.containsKey("additionalProperties")) {
      return "an object: any keys, and as each value " + value(key, property(rule, "a key"));
    } else if (rule.containsKey("items")) {
      String some = rule.containsKey("minItems") ? "an array of at least one: " : "an array: ";
      return some + value(key, rules.of(rule.getJsonObject("items"), null));
    }
    List<String> parts = new ArrayList<>();
    List<String> types =
        rule.getValue("type") instanceof JsonArray several
            ? several.stream().map(String::valueOf).toList()
            : List.of(rule.getString("type"));
    if (types.contains("boolean")) {
      parts.add("`true` or `false`");
    }
    if (types.contains("integer")) {
      parts.add(number(rule));
    }
    if (types.contains("string")) {
      parts.add(
          rule.containsKey("pattern") ? "text like " + code(rule.getString("pattern")) : "text");
    }
    return String.join(", or ", parts);
  }

  private static String number(JsonObject rule) {
    String from = "a number from " + rule.getValue("minimum");
    return rule.containsKey("maximum") ? from + " to " + rule.getValue("maximum") : from + " on";
  }

  private static String choices(JsonArray all, long minimum) {
    JsonArray values = new JsonArray();
    for (Object value : all) {
      if (!(value instanceof Integer number) || number >= minimum) {
        values.add(value);
      }
    }
    if (values.getValue(0) instanceof Integer) {
      for (int i = 1; i < values.size(); i++) {
        if (values.getInteger(i) != 2 * values.getInteger(i - 1)) {
          throw new IllegalArgumentException("no powers of two: " + values);
        }
      }
      return "a power of two from "
          + values.getValue(0)
          + " to "
          + values.getValue(values.size() - 1);
    }
    return values.stream().map(v -> code(Json.encode(v))).collect(Collectors.joining(", "));
  }

  private static String code(String text) {
    return "`" + text.replace("|", BAR) + "`";
  }

  private JsonObject property(JsonObject of, String key) {
    return rules.of(SchemaRules.member(of, key), null);
  }

  private static List<String> keys(JsonObject object) {
    JsonObject of = object.containsKey("properties") ? object.getJsonObject("properties") : object;
    return List.copyOf(of.fieldNames());
  }
}
