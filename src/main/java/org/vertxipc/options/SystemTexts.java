package org.vertxipc.options;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Checks texts of a configuration that are given to the system, which takes bytes up to a NUL.
 * Which bytes the name of a file becomes is decided by the locale in which the JVM was started.
 */
final class SystemTexts {
  private static final String ANY = "*";
  // An absolute path at the top is that of a transport or a cluster.
  private static final List<List<String>> NAMES =
      List.of(
          List.of("directory"),
          List.of("bus", "directory"),
          List.of("bus", "mapped", "directory"),
          List.of("links", ANY, "directory"),
          List.of("links", ANY, "read"),
          List.of("links", ANY, "write"));
  private static final List<List<String>> OTHERS =
      List.of(List.of("links", ANY, "command", ANY), List.of("links", ANY, "environment", ANY));

  private SystemTexts() {}

  /** Returns an error for each text that the system would not get as it is. */
  static List<String> errors(JsonObject config) {
    List<String> errors = new ArrayList<>();
    for (List<String> place : NAMES) {
      visit(
          config,
          "",
          place,
          (at, text) -> {
            requireWhole(at, text, errors);
            requireName(at, text, errors);
          });
    }
    for (List<String> place : OTHERS) {
      visit(config, "", place, (at, text) -> requireWhole(at, text, errors));
    }
    for (int i = 0; config.getValue("links") instanceof JsonArray links && i < links.size(); i++) {
      if (links.getValue(i) instanceof JsonObject link
          && link.getValue("environment") instanceof JsonObject environment) {
        requireNames("/links/" + i + "/environment", environment, errors);
      }
    }
    return errors;
  }

  private static void requireNames(String at, JsonObject environment, List<String> errors) {
    for (String name : environment.fieldNames()) {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        errors.add(at + ": found the name \"" + name + "\", expected one without '=' and NUL");
      }
    }
  }

  private static void visit(
      Object value, String at, List<String> rest, BiConsumer<String, String> found) {
    if (rest.isEmpty()) {
      if (value instanceof String text) {
        found.accept(at, text);
      }
      return;
    }
    List<String> then = rest.subList(1, rest.size());
    boolean any = rest.get(0).equals(ANY);
    if (value instanceof JsonArray array && any) {
      for (int i = 0; i < array.size(); i++) {
        visit(array.getValue(i), at + "/" + i, then, found);
      }
    } else if (value instanceof JsonObject object) {
      for (String key : any ? object.fieldNames() : List.of(rest.get(0))) {
        visit(object.getValue(key), at + "/" + key, then, found);
      }
    }
  }

  private static void requireWhole(String at, String text, List<String> errors) {
    if (text.indexOf('\0') >= 0) {
      errors.add(at + ": found \"" + text.replace("\0", "\\u0000") + "\", expected no NUL");
    }
  }

  private static void requireName(String at, String text, List<String> errors) {
    Charset ofNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    // Paths go to the system in two ways, of which Java's own has this encoding. Where the bytes
    // differ they would be two files.
    boolean isSame =
        ofNames.newEncoder().canEncode(text)
            && Arrays.equals(text.getBytes(ofNames), text.getBytes(Charset.defaultCharset()));
    if (!isSame) {
      errors.add(
          at
              + ": found \""
              + text
              + "\", which can't be the name of a file here, because the locale of this process has"
              + " the encoding "
              + ofNames
              + ": start it in one with UTF-8, for example with LC_ALL=C.UTF-8");
    }
  }
}
