package org.vertxipc.channel.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a thread that polls in vain offers its core, by what the last offers have cost. */
class YieldPaceTest {
  private final YieldPace pace = new YieldPace();

  /** Polls each 10 ns, and yields at the given cost; returns how long it took until that. */
  private long untilYield(long from, long cost) {
    for (long now = from; ; now += 10) {
      if (pace.isDue(now)) {
        pace.yielded(now, now + cost);
        return now - from;
      }
      assertTrue(now - from <= YieldPace.LATE_NANOS, "never due");
    }
  }

  // The clock may start anywhere, and run over.
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -5_000, Long.MAX_VALUE - 100_000, Long.MIN_VALUE})
  void theFirstIsSoonAndCheapOnesBecomeRare(long start) {
    pace.worked(start);
    assertEquals(YieldPace.SOON_NANOS, untilYield(start, 400));
    long now = start + YieldPace.SOON_NANOS + 400;
    for (int i = 0; i < 100; i++) {
      long waited = untilYield(now, 400);
      assertEquals(4_000, waited);
      now += waited + 400;
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 1000", "99, 1000", "300, 3000", "1300, 13000", "5000, 20000", "90000, 20000"})
  void theyCostAShareOfTheTime(long cost, long expected) {
    long now = 0;
    pace.worked(now);
    for (int i = 0; i < 50; i++) {
      now += untilYield(now, cost) + cost;
    }
    now += YieldPace.SHARED_NANOS;
    pace.worked(now);
    assertEquals(expected, untilYield(now, cost));
  }

  /** One loop serves the caller and another waits for the answer, in turn, on one core. */
  @ParameterizedTest
  @ValueSource(longs = {2_000, 10_000, 1_000_000})
  void whereOthersWantTheCoreItIsOfferedSoonThoughNotEachOfferIsTaken(long taken) {
    long now = 0;
    pace.worked(now);
    for (int i = 0; i < 10; i++) {
      now += untilYield(now, 400) + 400;
    }
    now += untilYield(now, taken) + taken;
    for (int i = 0; i < 50; i++) {
      assertEquals(YieldPace.SOON_NANOS, untilYield(now, 400), "after one in vain");
      now += YieldPace.SOON_NANOS + 400;
      pace.worked(now);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000, 10_000, 1_000_000})
  void whoNoLongerWantsItIsForgotten(long taken) {
    long now = 0;
    pace.worked(now);
    now += untilYield(now, 400) + 400;
    now += untilYield(now, taken) + taken;
    for (long end = now + YieldPace.SHARED_NANOS + 2_000; now - end < 0; ) {
      now += untilYield(now, 400) + 400;
    }
    assertEquals(4_000, untilYield(now, 400));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999})
  void workPutsItOff(long idle) {
    pace.worked(0);
    assertFalse(pace.isDue(idle));
    pace.worked(idle);
    assertFalse(pace.isDue(idle + 999));
    assertTrue(pace.isDue(idle + 1_000));
  }

  /** Where system calls have become dearer, a yield in vain is known for one again. */
  @ParameterizedTest
  @ValueSource(longs = {1_300, 2_600})
  void dearerCallsAreLearnt(long cost) {
    long now = 0;
    pace.worked(now);
    for (int i = 0; i < 10; i++) {
      now += untilYield(now, 250) + 250;
    }
    for (int i = 0; i < 1_000; i++) {
      now += untilYield(now, cost) + cost;
    }
    assertEquals(Math.min(10 * cost, YieldPace.LATE_NANOS), untilYield(now, cost));
  }
}
