package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityTest {
  private static int of(String value) {
    return Priority.of(MultiMap.caseInsensitiveMultiMap().set("ipc-priority", value));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 32_766, 32_767})
  void aHeaderGivesIt(int priority) {
    assertEquals(priority, of(String.valueOf(priority)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "32768", "99999999999", "high", "1.5", " 1"})
  void anotherValueIsRefused(String value) {
    String said = assertThrows(IllegalArgumentException.class, () -> of(value)).getMessage();
    assertEquals("header ipc-priority is '" + value + "', expected 0 to 32767", said);
  }

  @Test
  void withoutTheHeaderThereIsNone() {
    assertEquals(-1, Priority.of(null));
    assertEquals(-1, Priority.of(MultiMap.caseInsensitiveMultiMap().set("other", "1")));
  }
}
