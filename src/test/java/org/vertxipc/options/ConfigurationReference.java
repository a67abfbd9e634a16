package org.vertxipc.testing;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes {@code docs/configuration.md} of the schema: a table for each object, a row for each key.
 */
public final class ConfigurationReference {
  /** Where keys and values are text that may have bars, which would end the cell of a table. */
  private static final String BAR = "\\|";

  private final JsonObject schema;
  private final StringBuilder out = new StringBuilder();

  private ConfigurationReference(JsonObject schema) {
    this.schema = new Flat(schema).all();
  }

  /** A schema in which each place says all itself, and {@code $defs} are the types of links. */
  private record Flat(JsonObject schema) {
    private JsonObject all() {
      JsonObject types = new JsonObject();
      for (Object type : definition("type").getJsonArray("enum")) {
        JsonObject rules = of(definition((String) type));
        // Said once, where the type is looked at.
        JsonArray required = rules.getJsonArray("required", new JsonArray()).add("type");
        types.put((String) type, rules.put("required", required));
      }
      return of(schema).put("$defs", types);
    }

    private JsonObject definition(String name) {
      return schema.getJsonObject("$defs").getJsonObject(name);
    }

    private JsonObject of(JsonObject rules) {
      JsonObject all = new JsonObject();
      if (rules.containsKey("$ref")) {
        all.mergeIn(of(definition(rules.getString("$ref").replace("#/$defs/", ""))), true);
      }
      for (Object part : rules.getJsonArray("allOf", new JsonArray())) {
        all.mergeIn(of((JsonObject) part), true);
      }
      JsonObject own = rules.copy();
      own.remove("$ref");
      own.remove("allOf");
      JsonObject properties = own.getJsonObject("properties", new JsonObject());
      properties
          .fieldNames()
          .forEach(key -> properties.put(key, of(properties.getJsonObject(key))));
      for (String key : List.of("items", "additionalProperties")) {
        if (own.getValue(key) instanceof JsonObject inner) {
          own.put(key, of(inner));
        }
      }
      return all.mergeIn(own, true);
    }
  }

  /**
   * The document.
   *
   * @param schema of the configuration
   * @param example a configuration, as text
   */
  public static String of(JsonObject schema, String example) {
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
        what is wrong. What is wrong is said all at once, when the bridge is created: each key by its path, what was found, and what is accepted. In
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

        What the schema can't say, and is checked as well: `group` and `mode` `"0660"` need each other; transport `anonymous` has no group; transport
        `mapped` needs `node`, because messages wait for a name.
        """);
    for (String key : keys(bus)) {
      if (property(bus, key).containsKey("properties")) {
        section("###", "`bus." + key + "`", property(bus, key));
      }
    }
    links();
    return out.toString();
  }

  private void links() {
    JsonObject types = schema.getJsonObject("$defs");
    out.append(
        """

        ## `links`

        An array of links, with or without a bus. Each has a `type`, and the keys of all links and of that type. [links.md](links.md) says what they do.
        What the schema can't say, and is checked as well: where `send` is, the program can be written to (`write` of a FIFO or a queue), and where
        `receive` is, it can be read from (`read`); `reply` needs `send` and both ways, and `id` the codec `json-lines`; no two links have one `name`.

        ### Keys of all links

        """);
    Set<String> common = common(types);
    JsonObject first = types.getJsonObject(keys(types).get(0));
    table(first, common);
    for (String type : keys(types)) {
      JsonObject rules = types.getJsonObject(type);
      Set<String> own = new LinkedHashSet<>(keys(rules));
      own.removeAll(common);
      out.append("\n### Link `").append(type).append("`\n\n");
      out.append(rules.getString("description")).append(".\n\n");
      table(rules, own);
    }
  }

  /** The keys that are the same in each of several objects. */
  private static Set<String> common(JsonObject objects) {
    List<String> names = keys(objects);
    JsonObject first = objects.getJsonObject(names.get(0));
    return keys(first).stream()
        .filter(
            key ->
                names.stream()
                    .map(objects::getJsonObject)
                    .allMatch(rules -> property(first, key).equals(property(rules, key))))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void section(String level, String title, JsonObject rules) {
    out.append('\n').append(level).append(' ').append(title).append("\n\n");
    out.append(rules.getString("description")).append(".\n\n");
    table(rules, new LinkedHashSet<>(keys(rules)));
  }

  private void table(JsonObject rules, Set<String> shown) {
    out.append("| key | value | default | |\n|---|---|---|---|\n");
    JsonArray required = rules.getJsonArray("required", new JsonArray());
    for (String key : shown) {
      JsonObject rule = property(rules, key);
      out.append("| `").append(key).append('`');
      out.append(required.contains(key) ? ", required" : "");
      out.append(" | ").append(value(key, rule)).append(" | ");
      out.append(rule.containsKey("default") ? code(Json.encode(rule.getValue("default"))) : "");
      out.append(" | ").append(rule.getString("description").replace("|", BAR)).append(" |\n");
    }
  }

  /** What is accepted, as a cell. */
  private static String value(String key, JsonObject rule) {
    if (rule.containsKey("enum")) {
      return choices(rule.getJsonArray("enum"), rule.getLong("minimum", Long.MIN_VALUE));
    } else if (rule.containsKey("properties")) {
      return "an object: see [`bus."
          + key
          + "`](#bus"
          + key.toLowerCase(java.util.Locale.ROOT)
          + ")";
    } else if (rule.containsKey("additionalProperties")) {
      return "an object: any keys, and as each value "
          + value(key, rule.getJsonObject("additionalProperties"));
    } else if (rule.containsKey("items")) {
      String some = rule.containsKey("minItems") ? "an array of at least one: " : "an array: ";
      return some + value(key, rule.getJsonObject("items"));
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

  private static JsonObject property(JsonObject rules, String key) {
    return rules.getJsonObject("properties").getJsonObject(key);
  }

  private static List<String> keys(JsonObject rules) {
    JsonObject of = rules.containsKey("properties") ? rules.getJsonObject("properties") : rules;
    return List.copyOf(of.fieldNames());
  }
}
