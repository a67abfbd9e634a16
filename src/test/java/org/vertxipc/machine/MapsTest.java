package org.vertxipc.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The maps of a machine: conditions, and entries that end. */
class MapsTest {
  private static final long FOREVER = MapCommand.FOREVER;

  private final Machine machine = new Machine(new Told());

  private static Bytes bytes(String text) {
    return text == null ? null : Steps.bytes(text);
  }

  private static String text(Bytes bytes) {
    return bytes == null ? null : new String(bytes.array(), UTF_8);
  }

  /** Returns the value before, with an exclamation mark when the condition did not hold. */
  private String set(
      long now, String key, Condition condition, String expected, String value, long lifetime) {
    MapCommand.Set set =
        new MapCommand.Set("m", bytes(key), condition, bytes(expected), bytes(value), lifetime);
    MapCommand.Change change = machine.apply(set.at(now));
    return text(change.previous()) + (change.done() ? "" : "!");
  }

  private String put(long now, String key, String value, long lifetime) {
    return set(now, key, Condition.ALWAYS, null, value, lifetime);
  }

  private String get(long now, String key) {
    return text(machine.maps().get("m", bytes(key), now));
  }

  private Map<String, String> entries(long now) {
    Map<String, String> entries = new TreeMap<>();
    machine.maps().forEach("m", now, (key, value) -> entries.put(text(key), text(value)));
    assertEquals(entries.size(), machine.maps().size("m", now));
    return entries;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    machine.maps().names().forEach(names::add);
    return names;
  }

  /** Which condition, what is there, what is expected, what is set: then what is there. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # condition found expected value then previous
          ALWAYS,  -, -, v, v, null
          ALWAYS,  f, -, v, v, f
          ALWAYS,  f, -, -, -, f
          ALWAYS,  -, -, -, -, null
          ABSENT,  -, -, v, v, null
          ABSENT,  f, -, v, f, f!
          ABSENT,  -, -, -, -, null
          ABSENT,  f, -, -, f, f!
          PRESENT, -, -, v, -, null!
          PRESENT, f, -, v, v, f
          PRESENT, f, -, -, -, f
          PRESENT, -, -, -, -, null!
          EQUAL,   -, f, v, -, null!
          EQUAL,   f, f, v, v, f
          EQUAL,   f, g, v, f, f!
          EQUAL,   f, f, -, -, f
          EQUAL,   f, g, -, f, f!
          EQUAL,   f, -, v, f, f!
          EQUAL,   -, -, v, -, null!
          """)
  void anEntryIsSetIfItsConditionHolds(
      Condition condition,
      String found,
      String expected,
      String value,
      String then,
      String previous) {
    if (found != null) {
      put(0, "k", found, FOREVER);
    }
    assertEquals(previous, set(1, "k", condition, expected, value, FOREVER));
    assertEquals(then, get(1, "k"));
    assertEquals(then == null ? List.of() : List.of("m"), names());
    assertEquals(then == null, machine.equals(new Machine(new Told())));
  }

  /** An entry that is due when the command comes is as none, though nothing has removed it. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # condition expected now then previous
          ALWAYS,  -, 9,  v, f
          ALWAYS,  -, 10, v, null
          ABSENT,  -, 9,  f, f!
          ABSENT,  -, 10, v, null
          PRESENT, -, 9,  v, f
          PRESENT, -, 10, -, null!
          EQUAL,   f, 9,  v, f
          EQUAL,   f, 10, -, null!
          """)
  void anEntryThatIsDueIsNone(
      Condition condition, String expected, long now, String then, String previous) {
    put(7, "k", "f", 3);
    assertEquals(previous, set(now, "k", condition, expected, "v", FOREVER));
    assertEquals(then, get(now, "k"));
  }

  @Test
  void whatIsDueIsHidden() {
    put(0, "a", "1", 10);
    put(0, "b", "2", 20);
    put(0, "c", "3", FOREVER);
    assertEquals(Map.of("a", "1", "b", "2", "c", "3"), entries(9));
    assertEquals("1", get(9, "a"));
    assertNull(get(10, "a"));
    assertEquals(Map.of("b", "2", "c", "3"), entries(10));
    assertEquals(Map.of("c", "3"), entries(20));
    assertEquals(Map.of("c", "3"), entries(FOREVER - 1));
    // Nothing was removed by being read.
    assertEquals(Map.of("a", "1", "b", "2", "c", "3"), entries(0));
    // A command to another map removes it.
    machine.apply(
        new MapCommand.Set("n", bytes("k"), Condition.ALWAYS, null, bytes("v"), FOREVER).at(15));
    assertEquals(Map.of("b", "2", "c", "3"), entries(0));
    assertEquals(List.of("m", "n"), names());
  }

  @Test
  void onlyTheLastLifetimeCounts() {
    put(0, "longer", "1", 10);
    put(0, "ever", "1", 10);
    put(0, "shorter", "1", 100);
    put(0, "refused", "1", 10);
    put(0, "same", "1", 10);
    put(0, "again", "1", 10);
    put(1, "longer", "2", 30);
    put(1, "ever", "2", FOREVER);
    put(1, "shorter", "2", 3);
    set(1, "refused", Condition.ABSENT, null, "2", FOREVER);
    put(1, "same", "2", 9);
    put(1, "again", null, FOREVER);
    put(2, "again", "2", 20);
    put(4, "other", "2", FOREVER);
    assertEquals("[again, ever, longer, other, refused, same]", entries(0).keySet().toString());
    put(10, "other", "2", FOREVER);
    assertEquals(Map.of("longer", "2", "ever", "2", "other", "2", "again", "2"), entries(10));
    put(22, "other", "2", FOREVER);
    assertEquals(Map.of("longer", "2", "ever", "2", "other", "2"), entries(0));
    put(31, "other", "2", FOREVER);
    assertEquals(Map.of("ever", "2", "other", "2"), entries(0));
  }

  /** It has no time: what is due but was not removed is counted, too. */
  @Test
  void aMapIsCleared() {
    assertEquals(0, machine.apply(new MapCommand.Clear("m")));
    put(0, "a", "1", 10);
    put(0, "b", "2", FOREVER);
    machine.apply(
        new MapCommand.Set("n", bytes("k"), Condition.ALWAYS, null, bytes("v"), FOREVER).at(0));
    assertEquals(2, machine.apply(new MapCommand.Clear("m")));
    assertEquals(Map.of(), entries(0));
    assertEquals(List.of("n"), names());
    // The end of what was cleared is not that of what is set later.
    put(1, "a", "3", FOREVER);
    put(10, "b", "4", FOREVER);
    assertEquals(Map.of("a", "3", "b", "4"), entries(10));
  }

  /** A lifetime, a time and the end that comes of them. */
  @ParameterizedTest
  @CsvSource({
    "5, 10, 15",
    "5, -10, -5",
    "5, 9223372036854775802, 9223372036854775807",
    "6, 9223372036854775802, 9223372036854775807",
    "9223372036854775806, 1, 9223372036854775807",
    "9223372036854775806, 2, 9223372036854775807",
    "9223372036854775806, -1, 9223372036854775805",
    "9223372036854775807, 0, 9223372036854775807",
    "9223372036854775807, -1, 9223372036854775807",
    "9223372036854775807, 10, 9223372036854775807",
  })
  void theEndComesOfTheTime(long lifetime, long now, long end) {
    MapCommand.Set set =
        new MapCommand.Set("m", bytes("k"), Condition.ALWAYS, null, bytes("v"), lifetime);
    assertEquals(FOREVER, set.deadline());
    assertEquals(now, set.at(now).now());
    assertEquals(end, set.at(now).deadline());
    assertEquals(set.at(now), set.at(now - 1).at(now));
  }

  /** One whose entries end at other times is another, although the entries are the same. */
  @Test
  void theEndMakesADifference() {
    Machine other = new Machine(new Told());
    MapCommand.Set set = new MapCommand.Set("m", bytes("k"), Condition.ALWAYS, null, bytes("v"), 5);
    machine.apply(set.at(0));
    other.apply(set.at(1));
    assertNotEquals(other, machine);
    machine.apply(set.at(1));
    assertEquals(other, machine);
  }

  /** All keys have the same hash. Each that is new would be compared with all others. */
  @Test
  @Timeout(value = 100, unit = TimeUnit.SECONDS)
  void keysOfOneHashAreFound() {
    int bits = 17;
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1 << bits; i++) {
        StringBuilder key = new StringBuilder();
        for (int bit = 0; bit < bits; bit++) {
          key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        assertEquals(round == 0 ? "null" : "v", put(round, key.toString(), "v", 10));
      }
    }
    assertEquals(1 << bits, machine.maps().size("m", 10));
    assertEquals(0, machine.maps().size("m", 11));
  }
}
