package org.vertxipc.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.OnOneJdk;

/** Checks that the reference of the configuration agrees with the schema. */
@OnOneJdk
class ConfigurationDocTest {
  private static final Path DOCUMENT = Path.of("docs/configuration.md");

  private static JsonObject schema() throws IOException {
    return new JsonObject(Files.readString(Path.of("conf/vertx-ipc.schema.json")));
  }

  private static String made() throws IOException {
    return ConfigurationReference.of(schema(), Files.readString(Path.of("conf/minimal.json")));
  }

  @Test
  void theDocumentIsWhatTheSchemaSays() throws IOException {
    if (Boolean.getBoolean("vertxipc.regenerate")) {
      Files.writeString(DOCUMENT, made());
    }
    assertEquals(
        made(),
        Files.readString(DOCUMENT),
        "Run: mvn test -Dtest=ConfigurationDocTest -Dvertxipc.regenerate=true");
  }

  @Test
  void everyKeyHasItsRow() throws IOException {
    String text = made();
    eachKey(schema(), text);
    JsonObject type = schema().getJsonObject("$defs").getJsonObject("type");
    type.getJsonArray("enum")
        .forEach(name -> assertTrue(text.contains("### Link `" + name + "`"), (String) name));
  }

  private static void eachKey(JsonObject rules, String text) {
    for (Map.Entry<String, Object> entry : rules) {
      if (entry.getKey().equals("properties")) {
        for (String key : ((JsonObject) entry.getValue()).fieldNames()) {
          assertTrue(text.contains("| `" + key + "`") || text.contains("## `" + key + "`"), key);
        }
      }
      if (entry.getValue() instanceof JsonObject below) {
        eachKey(below, text);
      }
    }
  }
}
