package org.vertxipc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Checks a configuration against the schema that is also in {@code conf/}, and says all at once.
 */
final class ConfigSchema {
  private static final String RESOURCE = "vertx-ipc.schema.json";
  // Keywords that only say that something below them failed.
  private static final Set<String> WRAPPERS = Set.of("properties", "items", "$ref", "false");

  private ConfigSchema() {}

  static void require(JsonObject config) {
    JsonObject schema = load();
    Set<String> errors = new LinkedHashSet<>();
    validate(config, schema, "", errors);
    if (!config.containsKey("bus") && !hasLinks(config)) {
      errors.add("/bus: missing, expected " + accepted(property(schema, "bus")));
    }
    if (errors.isEmpty() && hasLinks(config)) {
      JsonArray links = config.getJsonArray("links");
      for (int i = 0; i < links.size(); i++) {
        JsonObject link = links.getJsonObject(i);
        JsonObject rules = schema.getJsonObject("$defs").getJsonObject(link.getString("type"));
        validate(link, rules, "/links/" + i, errors);
      }
    }
    fail(errors);
  }

  private static boolean hasLinks(JsonObject config) {
    return config.getValue("links") instanceof JsonArray links && !links.isEmpty();
  }

  private static JsonObject property(JsonObject rules, String key) {
    return rules.getJsonObject("properties").getJsonObject(key);
  }

  /** Fails when there are errors. */
  static void fail(Collection<String> errors) {
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid vertx-ipc configuration:\n  " + String.join("\n  ", errors));
    }
  }

  private static void validate(
      JsonObject config, JsonObject schema, String base, Set<String> errors) {
    OutputUnit result =
        Validator.create(
                JsonSchema.of(schema),
                new JsonSchemaOptions()
                    .setBaseUri("urn:vertx-ipc:")
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .validate(config);
    if (!Boolean.TRUE.equals(result.getValid())) {
      for (OutputUnit unit : result.getErrors()) {
        describe(config, schema, unit, base, errors);
      }
    }
  }

  private static JsonObject load() {
    try (InputStream in = ConfigSchema.class.getResourceAsStream(RESOURCE)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void describe(
      JsonObject config, JsonObject schema, OutputUnit unit, String base, Set<String> errors) {
    String keyword = last(unit.getKeywordLocation());
    if (WRAPPERS.contains(keyword)) {
      return;
    }
    String at = pointer(unit.getInstanceLocation());
    JsonObject rules = (JsonObject) find(schema, pointer(parent(unit)));
    Object found = find(config, at);
    String path = base + (at.isEmpty() ? (base.isEmpty() ? "/" : "") : at);
    switch (keyword) {
      case "additionalProperties" -> {
        // Said of every key that failed; only those that the schema does not know are meant.
        // Where any key is accepted there are none that it knows, and only values can be wrong.
        Set<String> accepted = rules.getJsonObject("properties", new JsonObject()).fieldNames();
        if (!accepted.isEmpty() && !accepted.contains(last(at))) {
          errors.add(path + ": unknown key, accepted are " + accepted);
        }
      }
      case "required" -> {
        for (Object key : rules.getJsonArray("required")) {
          if (!((JsonObject) found).containsKey((String) key)) {
            JsonObject missing = rules.getJsonObject("properties").getJsonObject((String) key);
            errors.add(base + at + "/" + key + ": missing, expected " + accepted(missing));
          }
        }
      }
      default -> errors.add(path + ": found " + show(found) + ", expected " + accepted(rules));
    }
  }

  /**
   * What is at a location, RFC 6901. Not by Vert.x's JsonPointer, whose check of the location's
   * syntax recurses with every character: a long key would overflow the stack.
   */
  private static Object find(JsonObject root, String location) {
    Object at = root;
    int start = 1;
    while (start <= location.length()) {
      int end = location.indexOf('/', start);
      end = end < 0 ? location.length() : end;
      String key = location.substring(start, end).replace("~1", "/").replace("~0", "~");
      at = at instanceof JsonArray a ? a.getValue(Integer.parseInt(key)) : child(at, key);
      start = end + 1;
    }
    return at;
  }

  private static Object child(Object parent, String key) {
    return parent instanceof JsonObject object ? object.getValue(key) : null;
  }

  private static String accepted(JsonObject rules) {
    StringBuilder text = new StringBuilder();
    JsonArray values = rules.getJsonArray("enum");
    if (values != null) {
      text.append("one of ").append(values.encode());
    } else {
      text.append("a value of type ").append(types(rules));
    }
    if (rules.containsKey("minimum")) {
      text.append(" from ").append(rules.getValue("minimum"));
    }
    if (rules.containsKey("minItems")) {
      text.append(" of at least ").append(rules.getValue("minItems"));
    }
    if (rules.containsKey("minLength")) {
      text.append(" of length at least ").append(rules.getValue("minLength"));
    }
    if (rules.containsKey("pattern")) {
      text.append(" like ").append(rules.getValue("pattern"));
    }
    if (rules.containsKey("maximum")) {
      text.append(" to ").append(rules.getValue("maximum"));
    }
    String description = rules.getString("description");
    return description == null ? text.toString() : text + " (" + description + ")";
  }

  private static String types(JsonObject rules) {
    return rules.getValue("type") instanceof JsonArray types
        ? String.join(" or ", types.stream().map(String::valueOf).toList())
        : rules.getString("type");
  }

  private static String show(Object found) {
    if (found instanceof String s) {
      return '"' + s + '"';
    } else if (found instanceof JsonObject o) {
      return "the object " + o.encode();
    } else if (found instanceof JsonArray a) {
      return "the array " + a.encode();
    }
    return String.valueOf(found);
  }

  private static String parent(OutputUnit unit) {
    String location = unit.getKeywordLocation();
    return location.substring(0, location.lastIndexOf('/'));
  }

  private static String last(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  // The validator writes locations as URI fragments.
  private static String pointer(String location) {
    return location.startsWith("#") ? location.substring(1) : location;
  }
}
