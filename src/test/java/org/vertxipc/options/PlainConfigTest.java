package org.vertxipc.options;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.testing.OnOneJdk;

/** Compares what is accepted without the schema with what the schema accepts. */
@OnOneJdk
class PlainConfigTest {
  private static final JsonObject SCHEMA = ConfigSchema.load();
  private static final SchemaRules RULES = new SchemaRules(SCHEMA);
  private static final int ROUNDS = 20_000;
  // These are left to the schema, whatever they are.
  private static final Set<String> LEFT = Set.of("$schema", "links");

  private static final List<Object> ANYTHING =
      List.of(
          "",
          "x",
          "*",
          "a.*",
          "a*",
          ".*",
          "__vertx.x",
          "__vertx.*",
          "a\n",
          "\n",
          "-a",
          ".a",
          "_",
          "0",
          "1234567890",
          "12345678901",
          "0x",
          "0xffffffff",
          "0x100000000",
          "0xg",
          "٣",
          "ä",
          "a".repeat(32),
          "a".repeat(33),
          "a".repeat(64),
          "a".repeat(65),
          "/",
          "/a",
          "/ä",
          "a/b",
          "/a\0",
          "/\n",
          "0600",
          "0600\n",
          "0660",
          "600",
          "640",
          "0640",
          "0644",
          "0606",
          "ftok:/a:1",
          "ftok:/a:0",
          "shm",
          "SHM",
          "park",
          "message",
          true,
          false,
          0,
          -1,
          1,
          4096,
          4097,
          65536,
          1 << 30,
          (1 << 30) + 1,
          Integer.MAX_VALUE,
          1L << 31,
          (1L << 32) - 1,
          1L << 32,
          (1L << 32) + 1,
          Long.MAX_VALUE,
          1.0,
          4096.0,
          0.5,
          1e300);

  @SuppressWarnings("ImmutableEnumChecker") // Nobody changes what they are made of.
  private enum Kind {
    BRIDGE(SCHEMA, PlainConfig::isBridge, ConfigSchema::require),
    TRANSPORT(part("transport"), PlainConfig::isTransport, ConfigSchema::requireTransport),
    CLUSTER(part("cluster"), PlainConfig::isCluster, ConfigSchema::requireCluster);

    private final JsonObject rules;
    private final Predicate<JsonObject> plain;
    private final Consumer<JsonObject> schema;

    Kind(JsonObject rules, Predicate<JsonObject> plain, Consumer<JsonObject> schema) {
      this.rules = rules;
      this.plain = plain;
      this.schema = schema;
    }

    private static JsonObject part(String name) {
      return SCHEMA.getJsonObject("$defs").getJsonObject(name);
    }
  }

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A value that mostly agrees with the rules, so that whole objects often do. */
  private static Object value(Random random, JsonObject unresolved) {
    JsonObject rules = RULES.of(unresolved, null);
    if (random.nextInt(40) == 0) {
      return random.nextInt(10) == 0 ? new JsonObject().put("x", "x") : any(random, ANYTHING);
    }
    if (rules.containsKey("properties")) {
      return object(random, rules);
    }
    if ("array".equals(rules.getValue("type"))) {
      JsonArray array = new JsonArray();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(value(random, rules.getJsonObject("items")));
      }
      return array;
    }
    if (rules.getValue("additionalProperties") instanceof JsonObject each) {
      JsonObject object = new JsonObject();
      for (int i = random.nextInt(3); i > 0; i--) {
        object.put(String.valueOf(any(random, ANYTHING)), value(random, each));
      }
      return object;
    }
    List<Object> good = good(rules);
    boolean mostly = !good.isEmpty() && random.nextInt(8) > 0;
    return any(random, mostly ? good : candidates(rules));
  }

  /** What the rules name, their bounds and what is next to these, and for texts anything. */
  private static List<Object> candidates(JsonObject rules) {
    List<Object> all = new ArrayList<>();
    for (String list : List.of("enum", "examples")) {
      rules.getJsonArray(list, new JsonArray()).forEach(all::add);
    }
    if (rules.containsKey("default")) {
      all.add(rules.getValue("default"));
    }
    for (String bound : List.of("minimum", "maximum")) {
      if (rules.containsKey(bound)) {
        all.addAll(List.of(rules.getLong(bound), rules.getLong(bound), rules.getLong(bound)));
        all.add(rules.getLong(bound) + (bound.equals("minimum") ? -1 : 1));
      }
    }
    if (String.valueOf(rules.getValue("type")).contains("boolean")) {
      all.addAll(List.of(true, false));
    }
    if (rules.containsKey("pattern") || all.isEmpty()) {
      all.addAll(ANYTHING);
    }
    return all;
  }

  private static JsonObject object(Random random, JsonObject rules) {
    JsonObject object = new JsonObject();
    JsonObject members = rules.getJsonObject("properties");
    for (String key : members.fieldNames()) {
      boolean needed = rules.getJsonArray("required", new JsonArray()).contains(key);
      if (!key.equals("links") && (needed ? random.nextInt(20) > 0 : random.nextInt(3) == 0)) {
        object.put(key, value(random, members.getJsonObject(key)));
      }
    }
    if (random.nextInt(50) == 0) {
      object.put(any(random, List.of("x", "name ", "", "Name")), 1);
    }
    if (random.nextInt(50) == 0) {
      object.putNull(any(random, List.copyOf(members.fieldNames())));
    }
    return object;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsAcceptedWithoutTheSchemaIsAcceptedByIt(Kind kind) {
    int accepted = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      JsonObject config = object(new Random(seed), RULES.of(kind.rules, null));
      if (kind.plain.test(config)) {
        accepted++;
        assertDoesNotThrow(() -> kind.schema.accept(config), config::encode);
      }
    }
    // Otherwise nothing would be compared.
    assertTrue(accepted > ROUNDS / 100, "only " + accepted);
  }

  /** A key that is added to the schema must be added here, or every start would pay for it. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKeyIsKnownWithTheValuesThatTheSchemaNames(Kind kind) {
    JsonObject rules = RULES.of(kind.rules, null);
    Set<String> unknown = new TreeSet<>();
    members(kind, rules, new JsonObject(), "", unknown);
    assertEquals(Set.of(), unknown);
  }

  /** Puts each value into an object that is otherwise as it has to be. */
  private static void members(
      Kind kind, JsonObject rules, JsonObject around, String path, Set<String> unknown) {
    JsonObject members = rules.getJsonObject("properties");
    for (String key : members.fieldNames()) {
      if (LEFT.contains(key)) {
        continue;
      }
      JsonObject member = RULES.of(members.getJsonObject(key), null);
      String at = path + "/" + key;
      if (member.containsKey("properties")) {
        JsonObject inner = at.equals("/bus") ? new JsonObject().put("name", "x") : new JsonObject();
        members(kind, member, place(around, path, key, inner), at, unknown);
      } else if (!good(member).stream()
          .allMatch(value -> kind.plain.test(place(around, path, key, value)))) {
        unknown.add(at);
      }
    }
  }

  private static List<Object> good(JsonObject rules) {
    List<Object> all = new ArrayList<>();
    for (String list : List.of("enum", "examples")) {
      rules.getJsonArray(list, new JsonArray()).forEach(all::add);
    }
    for (String each : List.of("default", "minimum", "maximum")) {
      if (rules.containsKey(each) && !rules.containsKey("enum")) {
        all.add(rules.getValue(each));
      }
    }
    long least = rules.getLong("minimum", Long.MIN_VALUE);
    all.removeIf(value -> value instanceof Number n && n.longValue() < least);
    // The one form of a key that is left to the schema.
    all.removeIf(value -> String.valueOf(value).startsWith("ftok:"));
    return all;
  }

  private static JsonObject place(JsonObject around, String path, String key, Object value) {
    JsonObject whole = around.copy();
    JsonObject at = (JsonObject) SchemaRules.find(whole, path);
    at.put(key, value);
    if (key.equals("bus") || path.startsWith("/bus")) {
      JsonObject bus = whole.getJsonObject("bus");
      bus.put("name", bus.getString("name", "x"));
    }
    return whole;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aValueOfAnotherTypeIsLeftToTheSchema(Kind kind) {
    for (String key : RULES.of(kind.rules, null).getJsonObject("properties").fieldNames()) {
      for (Object wrong : List.of(1.5, List.of(1), new JsonObject().put("*", 1.5), "\0")) {
        JsonObject config = new JsonObject().put(key, wrong);
        assertFalse(kind.plain.test(config), config::encode);
      }
      assertFalse(kind.plain.test(new JsonObject().putNull(key)), key);
    }
  }
}
