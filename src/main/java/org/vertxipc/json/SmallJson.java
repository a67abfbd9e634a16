package org.vertxipc.json;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * Writes the small JSON that nodes keep in files, without the generator of Vert.x: a process that
 * has no other use for that one does not load it. It writes what that one would.
 */
public final class SmallJson {
  private static final int FIRST_PRINTABLE = 0x20;

  private SmallJson() {}

  /**
   * Returns an object as text.
   *
   * @param members texts, numbers, truth values, null, and lists and maps of these, for example a
   *     {@code JsonObject}
   * @return the text
   * @throws IllegalArgumentException when a value is something else
   */
  public static String of(Iterable<Map.Entry<String, Object>> members) {
    StringBuilder text = new StringBuilder();
    object(members, text);
    return text.toString();
  }

  private static void object(Iterable<Map.Entry<String, Object>> members, StringBuilder to) {
    char before = '{';
    for (Map.Entry<String, Object> member : members) {
      to.append(before);
      string(member.getKey(), to);
      to.append(':');
      value(member.getValue(), to);
      before = ',';
    }
    to.append(before == '{' ? "{}" : "}");
  }

  private static void list(Iterable<?> elements, StringBuilder to) {
    char before = '[';
    for (Object element : elements) {
      to.append(before);
      value(element, to);
      before = ',';
    }
    to.append(before == '[' ? "[]" : "]");
  }

  private static void value(Object value, StringBuilder to) {
    if (value instanceof String text) {
      string(text, to);
    } else if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean) {
      to.append(value);
    } else if (value instanceof JsonObject object) {
      object(object, to);
    } else if (value instanceof Iterable<?> elements) {
      list(elements, to);
    } else {
      throw new IllegalArgumentException("not for small JSON: " + value.getClass().getName());
    }
  }

  private static void string(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> to.append("\\\"");
        case '\\' -> to.append("\\\\");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\t' -> to.append("\\t");
        case '\b' -> to.append("\\b");
        case '\f' -> to.append("\\f");
        default -> {
          if (c < FIRST_PRINTABLE) {
            to.append("\\u00").append(hex(c >> 4)).append(hex(c & 15));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }
}
