package org.vertxipc;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Options that an operator may set from outside, by a system property or an environment variable.
 *
 * @param name of the property, behind {@code vertxipc.}
 * @param defaults the options for {@code true}
 * @param parse makes options of JSON, or throws an exception that says what is wrong
 * @param <T> the options
 */
record Setting<T>(String name, Supplier<T> defaults, Function<JsonObject, T> parse) {

  /** What is set. */
  Optional<T> get() {
    return of(System.getProperty(property()), System.getenv(variable()));
  }

  private String property() {
    return "vertxipc." + name;
  }

  private String variable() {
    return "VERTXIPC_" + name.toUpperCase(Locale.ROOT);
  }

  /** What the property says, or else the variable; null for what is not there. */
  Optional<T> of(String ofProperty, String ofVariable) {
    String from = ofProperty != null ? "system property " + property() : "variable " + variable();
    String text = ofProperty != null ? ofProperty : ofVariable;
    if (text == null || text.isBlank() || text.equals("false")) {
      return Optional.empty();
    }
    if (text.equals("true")) {
      return Optional.of(defaults.get());
    }
    try {
      boolean json = text.stripLeading().startsWith("{");
      String options = json ? text : Files.readString(Path.of(text));
      return Optional.of(parse.apply(new JsonObject(options)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The " + from + " is \"" + text + "\", expected true, false, JSON, or a readable file",
          e);
    } catch (DecodeException | IllegalArgumentException e) {
      throw new IllegalArgumentException("The " + from + " is wrong: " + e.getMessage(), e);
    }
  }
}
