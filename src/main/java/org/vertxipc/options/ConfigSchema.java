package org.vertxipc.options;

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
import java.util.LinkedHashSet;
import java.util.Set;

/** Checks a configuration against the schema in {@code conf/}, and reports all errors at once. */
final class ConfigSchema {
  private static final String RESOURCE = "/org/vertxipc/vertx-ipc.schema.json";
  // Errors of these keywords only say that something below them failed.
  private static final Set<String> WRAPPERS =
      Set.of("properties", "items", "$ref", "allOf", "if", "false");

  private final SchemaRules rules;
  private final Validator validator;

  private ConfigSchema(JsonObject schema) {
    this.rules = new SchemaRules(schema.copy());
    this.validator =
        Validator.create(
            JsonSchema.of(schema),
            new JsonSchemaOptions()
                .setBaseUri("urn:vertx-ipc:")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
  }

  /** The schema is read and compiled when it is first needed, for all bridges of this JVM. */
  private static final class OfBridge {
    static final ConfigSchema SCHEMA = new ConfigSchema(load());
  }

  /** The same for all transports. */
  private static final class OfTransport {
    static final ConfigSchema SCHEMA = new ConfigSchema(part("transport"));
  }

  /** The same for all clusters. */
  private static final class OfCluster {
    static final ConfigSchema SCHEMA = new ConfigSchema(part("cluster"));
  }

  /** Fails when the configuration of a bridge does not agree with the schema. */
  static void require(JsonObject config) {
    Set<String> errors = OfBridge.SCHEMA.errors(config);
    if (!config.containsKey("bus") && !hasLinks(config)) {
      errors.add("/bus: missing, expected " + accepted(OfBridge.SCHEMA.rules.at(config, "/bus")));
    }
    ConfigCheck.fail(errors);
  }

  /** Fails when the configuration of a transport does not agree with the schema. */
  static void requireTransport(JsonObject config) {
    ConfigCheck.fail(OfTransport.SCHEMA.errors(config));
  }

  /** Fails when the configuration of a cluster does not agree with the schema. */
  static void requireCluster(JsonObject config) {
    ConfigCheck.fail(OfCluster.SCHEMA.errors(config));
  }

  static JsonObject load() {
    try (InputStream in = ConfigSchema.class.getResourceAsStream(RESOURCE)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema of something that the schema of a bridge only defines. */
  private static JsonObject part(String name) {
    JsonObject all = load();
    JsonObject definitions = all.getJsonObject("$defs");
    return definitions
        .getJsonObject(name)
        .copy()
        .put("$schema", all.getString("$schema"))
        .put("$id", "urn:vertx-ipc:" + name + ":1")
        .put("$defs", definitions);
  }

  // Synchronized because the validator changes the schema while it validates.
  private synchronized Set<String> errors(JsonObject config) {
    Set<String> errors = new LinkedHashSet<>();
    OutputUnit result = validator.validate(config);
    if (!Boolean.TRUE.equals(result.getValid())) {
      result.getErrors().forEach(unit -> describe(config, unit, errors));
    }
    errors.addAll(SystemTexts.errors(config));
    return errors;
  }

  private static boolean hasLinks(JsonObject config) {
    return config.getValue("links") instanceof JsonArray links && !links.isEmpty();
  }

  private void describe(JsonObject config, OutputUnit unit, Set<String> errors) {
    String keyword = last(unit.getKeywordLocation());
    if (WRAPPERS.contains(keyword)) {
      return;
    }
    String at = pointer(unit.getInstanceLocation());
    switch (keyword) {
      case "additionalProperties", "unevaluatedProperties" -> {
        // The validator reports this for every key that failed, but only keys that the schema does
        // not know matter. Where any key is accepted the schema knows none, and only values can be
        // wrong.
        Set<String> accepted =
            SchemaRules.members(rules.at(config, at.substring(0, at.lastIndexOf('/'))));
        if (!accepted.isEmpty() && !accepted.contains(last(at))) {
          errors.add(at + ": unknown key, accepted are " + accepted);
        }
      }
      case "required" -> {
        JsonObject found = (JsonObject) SchemaRules.find(config, at);
        for (Object key : rules.at(config, at).getJsonArray("required")) {
          if (!found.containsKey((String) key)) {
            String missing = at + "/" + key;
            errors.add(missing + ": missing, expected " + accepted(rules.at(config, missing)));
          }
        }
      }
      default -> {
        String found = show(SchemaRules.find(config, at));
        String path = at.isEmpty() ? "/" : at;
        errors.add(path + ": found " + found + ", expected " + accepted(rules.at(config, at)));
      }
    }
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

  private static String last(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  // The validator writes locations as URI fragments.
  private static String pointer(String location) {
    return location.startsWith("#") ? location.substring(1) : location;
  }
}
