package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The binary form of JSON: what it consists of, and where it stands for the text. It holds what
 * nearly all JSON consists of; an object or array with anything else goes as text, so that there is
 * one place only, the text, that decides what becomes of other types.
 */
final class BinaryJson {
  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int INTEGER = 3;
  static final int DOUBLE = 4;
  static final int LATIN1 = 5;
  static final int UTF8 = 6;
  static final int OBJECT = 7;
  static final int ARRAY = 8;

  /** The bit of the length of a name that says that it is in UTF-8. */
  static final int NAME_IS_UTF8 = 1;

  /** How deep objects and arrays may be in each other, because each level is a call. */
  static final int MAX_DEPTH = 100;

  /** The longest name: whatever a text would make of it is far below the limit of its parser. */
  static final int MAX_NAME = 1_000;

  /** The longest string: the parser of the text takes no longer ones. */
  static final int MAX_STRING = 20_000_000;

  // Names of system properties with which an operator sets limits to the parser of the text.
  private static final String LIMITS = "vertx.jackson.defaultReadMax";

  /**
   * Whether this process writes and takes the binary form: not when its text has been made to
   * differ from what Vert.x writes and reads by itself.
   */
  static final boolean USED = hasUsualText() && !hasOwnLimits();

  private BinaryJson() {}

  private static boolean hasOwnLimits() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith(LIMITS));
  }

  /** An application may change Vert.x's mapper, or have a codec of its own. */
  private static boolean hasUsualText() {
    List<Object> list = new ArrayList<>();
    list.add(true);
    list.add(null);
    list.add(-7);
    list.add(1L << 40);
    list.add(0.25);
    Map<String, Object> empty = new LinkedHashMap<>();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", list);
    map.put("a", "\u00e9\"");
    map.put("", null);
    map.put("C d", empty);
    String text =
        "{\"b\":[true,null,-7,1099511627776,0.25],\"a\":\"\u00e9\\\"\",\"\":null,\"C d\":{}}";
    try {
      return new JsonObject(map).toBuffer().equals(Buffer.buffer(text))
          && isSame(map, new JsonObject(Buffer.buffer(text)).getMap());
    } catch (RuntimeException e) {
      return false; // Then the text is not the usual one, either.
    }
  }

  /** Compares values with their classes, and with the order of names. */
  private static boolean isSame(Object a, Object b) {
    if (a == null || b == null || a.getClass() != b.getClass()) {
      return a == b;
    }
    return a instanceof Map<?, ?> m
        ? isSame(List.copyOf(m.keySet()), List.copyOf(((Map<?, ?>) b).keySet()))
            && isSame(new ArrayList<>(m.values()), new ArrayList<>(((Map<?, ?>) b).values()))
        : a instanceof ArrayList<?> l ? isSameList(l, (List<?>) b) : a.equals(b);
  }

  private static boolean isSameList(List<?> a, List<?> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = isSame(a.get(i), b.get(i));
    }
    return same;
  }

  /**
   * Returns whether a copy would be the same: then it may be written without having been copied.
   *
   * @param json an object or array
   */
  static boolean isPlain(Object json) {
    return USED && isPlain(json, 1);
  }

  private static boolean isPlain(Object v, int depth) {
    if (v == null || v instanceof String || v instanceof Boolean) {
      return true;
    }
    Class<?> type = v.getClass();
    if (type == Integer.class || type == Double.class || type == Long.class) {
      return true;
    }
    if (depth > MAX_DEPTH) {
      return false;
    }
    if (type == JsonObject.class) {
      return isPlainMap(((JsonObject) v).getMap(), depth);
    }
    if (type == JsonArray.class) {
      return isPlainList(((JsonArray) v).getList(), depth);
    }
    return type == LinkedHashMap.class
        ? isPlainMap((Map<?, ?>) v, depth)
        : type == ArrayList.class && isPlainList((List<?>) v, depth);
  }

  // A copy of a map of another class may have another order.
  private static boolean isPlainMap(Map<?, ?> map, int depth) {
    if (map.getClass() != LinkedHashMap.class) {
      return false;
    }
    for (Map.Entry<?, ?> e : map.entrySet()) {
      if (!(e.getKey() instanceof String) || !isPlain(e.getValue(), depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlainList(List<?> list, int depth) {
    if (list.getClass() != ArrayList.class) {
      return false;
    }
    for (int i = 0; i < list.size(); i++) {
      if (!isPlain(list.get(i), depth + 1)) {
        return false;
      }
    }
    return true;
  }
}
