package org.vertxipc.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the schema, an option's class, and the code that is generated from the class agree.
 */
class OptionsTest {
  private static final JsonObject SCHEMA = ConfigSchema.load();
  private static final SchemaRules RULES = new SchemaRules(SCHEMA);
  // These keys are not options: $schema is for editors, and type selects the class.
  private static final Set<String> NO_OPTIONS = Set.of("$schema", "type");

  /** A class of options, and the object of the schema that describes it. */
  private record Described(
      String name,
      JsonObject rules,
      Supplier<Object> create,
      Function<JsonObject, Object> fromJson,
      Function<Object, JsonObject> toJson) {
    @Override
    public String toString() {
      return name;
    }

    JsonObject properties() {
      return rules.getJsonObject("properties");
    }
  }

  private static <T> Described described(
      String name,
      JsonObject rules,
      Supplier<T> create,
      Function<JsonObject, T> fromJson,
      Function<T, JsonObject> toJson) {
    @SuppressWarnings("unchecked") // It is given what the other two make.
    Function<Object, JsonObject> back = o -> toJson.apply((T) o);
    return new Described(name, rules, create::get, fromJson::apply, back);
  }

  private static JsonObject member(String... path) {
    JsonObject rules = SCHEMA;
    for (String key : path) {
      rules = RULES.of(SchemaRules.member(rules, key), null);
    }
    return rules;
  }

  private static JsonObject definition(String name) {
    return RULES.of(SCHEMA.getJsonObject("$defs").getJsonObject(name), null);
  }

  static Stream<Described> all() {
    return Stream.of(
        described(
            "", SCHEMA, IpcBridgeOptions::new, IpcBridgeOptions::new, IpcBridgeOptions::toJson),
        described("bus", member("bus"), BusOptions::new, BusOptions::new, BusOptions::toJson),
        described(
            "idle", member("bus", "idle"), IdleOptions::new, IdleOptions::new, IdleOptions::toJson),
        described(
            "sysv", member("bus", "sysv"), SysvOptions::new, SysvOptions::new, SysvOptions::toJson),
        described(
            "mqueue",
            member("bus", "mqueue"),
            MqueueOptions::new,
            MqueueOptions::new,
            MqueueOptions::toJson),
        described(
            "mapped",
            member("bus", "mapped"),
            MappedOptions::new,
            MappedOptions::new,
            MappedOptions::toJson),
        described(
            "transport",
            definition("transport"),
            IpcTransportOptions::new,
            IpcTransportOptions::new,
            IpcTransportOptions::toJson),
        described(
            "cluster",
            definition("cluster"),
            IpcClusterOptions::new,
            IpcClusterOptions::new,
            IpcClusterOptions::toJson),
        described(
            "pipe",
            definition("pipe"),
            PipeLinkOptions::new,
            PipeLinkOptions::new,
            PipeLinkOptions::toJson),
        described(
            "fifo",
            definition("fifo"),
            FifoLinkOptions::new,
            FifoLinkOptions::new,
            FifoLinkOptions::toJson),
        described(
            "mqueue",
            definition("mqueue"),
            MqueueLinkOptions::new,
            MqueueLinkOptions::new,
            MqueueLinkOptions::toJson),
        described(
            "journal",
            definition("journal"),
            JournalLinkOptions::new,
            JournalLinkOptions::new,
            JournalLinkOptions::toJson));
  }

  /** A type of link whose options nobody looked at could say anything. */
  @Test
  void eachTypeOfLinkIsAmongThem() {
    List<String> looked = all().map(described -> described.name).toList();
    for (LinkType type : LinkType.values()) {
      assertTrue(looked.contains(type.toString()), type + " is not among " + looked);
    }
  }

  private static String name(Method method, int prefix) {
    String name = method.getName().substring(prefix);
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static Method getter(Class<?> options, String key) throws NoSuchMethodException {
    String name = Character.toUpperCase(key.charAt(0)) + key.substring(1);
    try {
      return options.getMethod("get" + name);
    } catch (NoSuchMethodException e) {
      return options.getMethod("is" + name);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSchemaAndTheClassHaveTheSameOptions(Described described) throws Exception {
    Class<?> options = described.create.get().getClass();
    Map<String, Class<?>> settable = new TreeMap<>();
    for (Method method : options.getMethods()) {
      if (method.getName().startsWith("set") && method.getParameterCount() == 1) {
        String key = name(method, 3);
        assertNull(settable.put(key, method.getParameterTypes()[0]), key + " has two setters");
      }
    }
    Set<String> keys = new TreeSet<>(described.properties().fieldNames());
    keys.removeAll(NO_OPTIONS);
    assertEquals(keys, settable.keySet());
    for (String key : keys) {
      Class<?> type = settable.get(key);
      assertEquals(type, getter(options, key).getReturnType(), key);
      JsonObject rule = RULES.of(described.properties().getJsonObject(key), null);
      assertTrue(types(type).contains(rule.getValue("type").toString()), key + " is a " + type);
    }
  }

  private static Set<String> types(Class<?> type) {
    if (type == boolean.class) {
      return Set.of("boolean");
    } else if (type == int.class || type == long.class) {
      return Set.of("integer");
    } else if (type == String.class) {
      return Set.of("string", "[\"integer\",\"string\"]", "[\"string\",\"integer\"]");
    }
    return Set.of(type == List.class ? "array" : "object");
  }

  @ParameterizedTest
  @MethodSource("all")
  void theDefaultsAreThoseOfTheSchema(Described described) throws Exception {
    Object options = described.create.get();
    JsonObject json = described.toJson.apply(options);
    List<?> required = described.rules.getJsonArray("required", new JsonArray()).getList();
    for (String key : described.properties().fieldNames()) {
      JsonObject rule = RULES.of(described.properties().getJsonObject(key), null);
      if (rule.containsKey("default")) {
        assertEquals(
            String.valueOf(rule.getValue("default")), String.valueOf(json.getValue(key)), key);
      } else if (!rule.containsKey("properties")
          && !required.contains(key)
          && !NO_OPTIONS.contains(key)) {
        assertNull(getter(options.getClass(), key).invoke(options), key);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsReadFromJsonIsWrittenToItAgain(Described described) {
    JsonObject full = full(described);
    JsonObject defaults = described.toJson.apply(described.create.get());
    for (String key : full.fieldNames()) {
      if (!key.equals("type")) {
        assertNotEquals(defaults.getValue(key), full.getValue(key), key);
      }
    }
    assertEquals(full, described.toJson.apply(described.fromJson.apply(full.copy())));
  }

  /** Returns an object that has each key, with a value that is not its default. */
  private static JsonObject full(Described described) {
    JsonObject full = sample(described.rules);
    if (described.properties().containsKey("type")) {
      full.put("type", described.name);
    }
    if (described.name.isEmpty()) {
      JsonArray links = new JsonArray();
      all()
          .filter(d -> d.properties().containsKey("type"))
          .forEach(d -> links.add(together(full(d)).put("name", "link " + d.name)));
      full.put("links", links).remove("$schema");
    }
    return full;
  }

  /** Of two keys that exclude each other one has its default. */
  private static JsonObject together(JsonObject link) {
    return link.containsKey("keepCarriageReturn") ? link.put("codec", "lines") : link;
  }

  private static JsonObject sample(JsonObject rules) {
    JsonObject sample = new JsonObject();
    for (Map.Entry<String, Object> e : rules.getJsonObject("properties")) {
      JsonObject rule = RULES.of((JsonObject) e.getValue(), null);
      Object value = value(e.getKey(), rule);
      assertNotNull(value, e.getKey());
      sample.put(e.getKey(), value);
    }
    return sample;
  }

  private static Object value(String key, JsonObject rule) {
    Object usual = rule.getValue("default");
    if (rule.containsKey("examples")) {
      return rule.getJsonArray("examples").getValue(0);
    } else if (rule.containsKey("enum")) {
      int least = rule.getInteger("minimum", 0);
      return rule.getJsonArray("enum").stream()
          .filter(v -> !v.equals(usual) && !(v instanceof Integer i && i < least))
          .findFirst()
          .orElseThrow();
    }
    return switch (rule.getString("type")) {
      case "boolean" -> !(Boolean) usual;
      case "integer" -> rule.getValue("maximum");
      case "array" -> new JsonArray().add(value(key, RULES.of(items(rule), null)));
      case "object" ->
          rule.containsKey("properties")
              ? sample(rule)
              : new JsonObject().put("a key", value(key, SchemaRules.member(rule, "a key")));
      default -> "some " + key;
    };
  }

  private static JsonObject items(JsonObject rule) {
    return rule.getJsonObject("items");
  }

  @Test
  void theTransportsAreThoseOfTheSchema() {
    JsonObject bus = ConfigSchema.load().getJsonObject("properties").getJsonObject("bus");
    JsonObject transport = bus.getJsonObject("properties").getJsonObject("transport");
    assertEquals(
        Set.copyOf(BusOptions.TRANSPORTS),
        transport.getJsonArray("enum").stream().collect(Collectors.toSet()));
  }

  @Test
  void aNumberIsAsGoodAsItsDigits() {
    JsonObject key = new JsonObject().put("key", 4_000_000_000L);
    assertEquals("4000000000", new SysvOptions(key).getKey());
    JsonObject from = new JsonObject().put("from", 4096);
    assertEquals("4096", new JournalLinkOptions(from).getFrom());
  }
}
