package org.vertxipc.eventbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PublishWindowTest {

  /** Compares it with a set that remembers all numbers, which grow and repeat at random. */
  @Property
  void eachNumberIsFirstOnce(
      @ForAll @Size(max = 300) List<@IntRange(min = -40, max = 6_000) Integer> steps) {
    PublishWindow window = new PublishWindow();
    Set<Long> seen = new HashSet<>();
    long highest = 1;
    for (int step : steps) {
      long number = Math.max(1, highest + step);
      boolean old = highest - number >= PublishWindow.SIZE;
      assertFalse(old);
      assertEquals(seen.add(number), window.first(number, false), "number " + number);
      highest = Math.max(highest, number);
      long end = highest;
      seen.removeIf(n -> end - n >= PublishWindow.SIZE);
    }
  }

  @Example
  void whatIsOldIsACopyWhereCopiesAreKnownToCome() {
    PublishWindow window = new PublishWindow();
    assertTrue(window.first(1, true));
    assertTrue(window.first(2 + PublishWindow.SIZE, true));
    // On the only way, late messages are not copies.
    assertTrue(window.first(2, true));
    assertTrue(window.first(3 + PublishWindow.SIZE, false));
    assertFalse(window.first(3, true));
    assertFalse(window.first(3, false));
  }

  @Example
  void aLeapForgetsWhatWasSeen() {
    PublishWindow window = new PublishWindow();
    assertTrue(window.first(5, true));
    assertTrue(window.first(5 + 10L * PublishWindow.SIZE, true));
    assertFalse(window.first(5 + 10L * PublishWindow.SIZE, true));
    assertTrue(window.first(Long.MAX_VALUE, true));
    assertFalse(window.first(Long.MAX_VALUE, true));
  }

  @Example
  void theOriginsThatAreRememberedAreBounded() {
    PublishWindows windows = new PublishWindows();
    PublishWindow first = windows.of(1);
    assertSame(first, windows.of(1));
    for (long origin = 2; origin < 10_000; origin++) {
      windows.of(origin);
    }
    assertNotSame(first, windows.of(1));
  }
}
