package org.vertxipc.options;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Collects the rules of a schema for one location of a configuration. It follows {@code $ref},
 * {@code allOf} and {@code if}; a rule closer to the location overrides others.
 */
final class SchemaRules {
  private static final JsonObject NOTHING = new JsonObject();

  private final JsonObject schema;

  SchemaRules(JsonObject schema) {
    this.schema = schema;
  }

  /** Returns the rules for the value at a location of a configuration. */
  JsonObject at(JsonObject config, String location) {
    JsonObject rules = of(schema, config);
    Object value = config;
    for (String key : keys(location)) {
      JsonObject part =
          value instanceof JsonArray ? rules.getJsonObject("items", NOTHING) : member(rules, key);
      value = child(value, key);
      rules = of(part, value);
    }
    return rules;
  }

  /** Returns everything that rules say about a value, in one object. */
  JsonObject of(JsonObject rules, Object value) {
    JsonObject all = new JsonObject();
    if (rules.containsKey("$ref")) {
      add(all, of((JsonObject) find(schema, rules.getString("$ref").substring(1)), value));
    }
    for (Object part : rules.getJsonArray("allOf", new JsonArray())) {
      add(all, of((JsonObject) part, value));
    }
    if (rules.containsKey("if") && holds(rules.getJsonObject("if"), value)) {
      add(all, of(rules.getJsonObject("then"), value));
    }
    add(all, rules);
    return all;
  }

  /** Required keys add up, everything else is overridden. */
  private static void add(JsonObject all, JsonObject more) {
    JsonArray required = all.getJsonArray("required", new JsonArray()).copy();
    required.addAll(more.getJsonArray("required", new JsonArray()));
    all.mergeIn(more.copy(), true).put("required", required);
  }

  private static boolean holds(JsonObject condition, Object value) {
    JsonObject members = condition.getJsonObject("properties");
    for (String key : members.fieldNames()) {
      Object wanted = members.getJsonObject(key).getValue("const");
      if (!wanted.equals(child(value, key))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the rules for a member of an object, unresolved. */
  static JsonObject member(JsonObject rules, String key) {
    JsonObject known = rules.getJsonObject("properties", NOTHING).getJsonObject(key);
    if (known != null) {
      return known;
    }
    return rules.getValue("additionalProperties") instanceof JsonObject any ? any : NOTHING;
  }

  /** Returns the keys that an object may have; none when it may have any. */
  static Set<String> members(JsonObject rules) {
    return rules.getJsonObject("properties", NOTHING).fieldNames();
  }

  /**
   * Returns what is at a location (RFC 6901). It does not use Vert.x's JsonPointer, whose syntax
   * check recurses with every character, so that a long key would overflow the stack.
   */
  static Object find(JsonObject root, String location) {
    Object at = root;
    for (String key : keys(location)) {
      at = child(at, key);
    }
    return at;
  }

  private static List<String> keys(String location) {
    if (location.isEmpty()) {
      return List.of();
    }
    Stream<String> keys = Arrays.stream(location.substring(1).split("/", -1));
    return keys.map(key -> key.replace("~1", "/").replace("~0", "~")).toList();
  }

  private static Object child(Object parent, String key) {
    if (parent instanceof JsonArray array) {
      return array.getValue(Integer.parseInt(key));
    }
    return parent instanceof JsonObject object ? object.getValue(key) : null;
  }
}
