package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.eventbus.Requester;

/** Tests who is found under which correlation, of many that wait, are answered, or give up. */
class PendingTest {
  private final Pending pending = new Pending();

  /** A requester that waits until a moment. */
  private static final class Waits implements Requester {
    private final long until;

    Waits(long until) {
      this.until = until;
    }

    @Override
    public boolean isWaiting(long now) {
      return now < until;
    }

    @Override
    public void fail(ReplyException failure) {
      throw new AssertionError(failure);
    }
  }

  private Map<Long, Requester> add(int count, long until) {
    Map<Long, Requester> added = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Requester requester = new Waits(until);
      added.put(pending.add(requester), requester);
    }
    assertEquals(count, added.size(), "each has a correlation of its own");
    return added;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 65, 300})
  void eachIsFoundOnceUnderItsCorrelation(int count) {
    Map<Long, Requester> added = add(count, 1);
    assertEquals(count, pending.size());
    added.forEach(
        (correlation, requester) -> {
          assertNotEquals(0, correlation);
          assertSame(requester, pending.remove(correlation));
          assertNull(pending.remove(correlation), "it has been answered");
        });
    assertEquals(0, pending.size());
  }

  @Test
  void aLateReplyDoesNotFindWhoCameAfterwards() {
    for (int round = 0; round < 3; round++) {
      Map<Long, Requester> before = add(100, 1);
      before.keySet().forEach(pending::remove);
      Map<Long, Requester> after = add(100, 1);
      before.keySet().forEach(late -> assertNull(pending.remove(late)));
      assertEquals(100, pending.size());
      after.forEach((correlation, waits) -> assertSame(waits, pending.remove(correlation)));
    }
  }

  @Test
  void anInventedReplyFindsNobody() {
    Map<Long, Requester> added = add(3, 1);
    long one = 1L << 32;
    for (long slot : new long[] {-1, 3, 63, 64, 1_000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertNull(pending.remove(one | (slot & 0xffff_ffffL)), "slot " + slot);
      assertNull(pending.remove(slot & 0xffff_ffffL), "unused slot " + slot);
    }
    for (long correlation : added.keySet()) {
      for (long other : new long[] {-1, 1, 1_000}) {
        assertNull(pending.remove(correlation + other * one));
      }
    }
    assertNull(pending.remove(0));
    assertEquals(3, pending.size());
  }

  @Test
  void whoseTimeIsOverIsForgottenInBoundedSteps() {
    Map<Long, Requester> over = add(5_000, 10);
    Map<Long, Requester> patient = add(1_000, 11);
    pending.sweep(9);
    assertEquals(6_000, pending.size());
    pending.sweep(9);
    pending.sweep(10);
    int left = pending.size();
    assertTrue(left > 1_000 && left < 6_000, "after one sweep there are " + left);
    pending.sweep(10);
    assertEquals(1_000, pending.size());
    over.keySet().forEach(late -> assertNull(pending.remove(late)));
    patient.forEach((correlation, waits) -> assertSame(waits, pending.remove(correlation)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64})
  void oneSweepReachesAllOfAFew(int count) {
    add(count, 10);
    pending.sweep(10);
    assertEquals(0, pending.size());
    pending.sweep(10);
    assertEquals(count, add(count, 11).size());
    assertEquals(count, pending.size());
  }

  @Test
  void atTheEndEachIsToldOnce() {
    Map<Long, Requester> added = add(100, 1);
    List<Long> correlations = List.copyOf(added.keySet());
    for (int i = 0; i < 100; i += 3) {
      added.remove(correlations.get(i));
      pending.remove(correlations.get(i));
    }
    List<Requester> told = new ArrayList<>();
    pending.drain(told::add);
    assertEquals(66, told.size());
    assertEquals(new HashSet<>(added.values()), new HashSet<>(told));
    assertEquals(0, pending.size());
    added.keySet().forEach(late -> assertNull(pending.remove(late)));
    pending.drain(told::add);
    assertEquals(66, told.size());
  }
}
