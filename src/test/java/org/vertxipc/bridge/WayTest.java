package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a way says. In the tables an entry with a {@code !} was tried. */
class WayTest {
  private static long[] way(String text) {
    return text == null
        ? Way.NONE
        : Arrays.stream(text.split(" "))
            .mapToLong(
                e ->
                    e.endsWith("!")
                        ? Long.parseLong(e.substring(0, e.length() - 1)) | 1
                        : Long.parseLong(e))
            .toArray();
  }

  @ParameterizedTest
  @CsvSource({
    // way, Vert.x, is on it, was tried, comes after
    ", 10, false, false, -1",
    "10, 10, true, false, 0",
    "10!, 10, true, true, -1",
    "10 20! 30, 20, true, true, -1",
    "10 20! 30, 30, true, false, 2",
    "10 20! 30, 12, false, false, -1",
    "10 10!, 10, true, true, 0",
    "10! 10, 10, true, true, 1",
    "-10 20, -10, true, false, 0",
    "10, -10, false, false, -1",
  })
  void itSaysWhoIsOnIt(String text, long vertx, boolean has, boolean tried, int place) {
    long[] way = way(text);
    assertEquals(has, Way.has(way, vertx));
    assertEquals(tried, Way.isTried(way, vertx));
    assertEquals(place, Way.indexOf(way, vertx));
  }

  @ParameterizedTest
  @CsvSource({
    // way, place, the last one before it that was not only tried
    ", -1, 0",
    "10, 0, 0",
    "10 20, 1, 10",
    "10 20, 2, 20",
    "10 20! 30! 40, 3, 10",
    "10 20! 30! 40, 1, 10",
    "10! 20, 1, 0",
    "10 20, -1, 0",
  })
  void itLeadsBack(String text, int place, long before) {
    assertEquals(before, Way.before(way(text), place));
  }

  @ParameterizedTest
  @CsvSource({"10, 10 20, 10 20!", ", 20, 20!"})
  void itGrows(String text, String through, String tried) {
    assertArrayEquals(way(through), Way.through(way(text), 20));
    assertArrayEquals(way(tried), Way.tried(way(text), 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17})
  void aMessageTakesSixteen(int length) {
    assertEquals(length > 16, Way.isTooLong(new long[length]));
  }
}
