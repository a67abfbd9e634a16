package org.vertxipc.testing.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that histories that are linearizable pass, and that others do not. */
class LinearizabilityTest {
  private static final String ENTRY = "entry/m/k";
  private static final String COUNTER = "counter/c";
  private static final String LOCK = "lock/l";

  private static void right(String object, String... lines) {
    assertEquals(List.of(), Linearizability.check(Written.history(object, lines)));
  }

  /** The last line is what can't be, and without it all is right. */
  private static Finding wrong(String object, String... lines) {
    List<Operation> history = Written.history(object, lines);
    Operation last = history.get(history.size() - 1);
    List<Operation> before = history.subList(0, history.size() - 1);
    assertEquals(List.of(), Linearizability.check(before));
    List<Finding> findings = Linearizability.check(history);
    assertEquals(1, findings.size(), "it passes");
    assertEquals(last, findings.get(0).refused());
    return findings.get(0);
  }

  // Entries.

  @Test
  void whatWasPutIsRead() {
    right(ENTRY);
    right(ENTRY, "a 0 10 get = -");
    right(ENTRY, "a 0 10 put 1 = yes", "b 11 20 get = 1");
    wrong(ENTRY, "a 0 10 put 1 = yes", "b 11 20 get = -");
    wrong(ENTRY, "a 0 10 put 1 = yes", "b 11 20 put 2 = yes", "c 21 30 get = 1");
  }

  @Test
  void duringAPutBothIsRight() {
    right(ENTRY, "a 0 100 put 1 = yes", "b 10 20 get = -", "b 30 40 get = 1");
    wrong(ENTRY, "a 0 100 put 1 = yes", "b 10 20 get = 1", "c 30 40 get = -");
    // Of two at the same time nobody knows which was first.
    right(ENTRY, "a 0 10 put 1 = yes", "b 10 20 get = -");
    right(ENTRY, "a 0 10 get = 1", "b 10 20 put 1 = yes");
  }

  @Test
  void aValueFromAPutThatHasNotBegunIsFound() {
    List<Operation> history = Written.history(ENTRY, "a 0 10 get = 1", "b 11 20 put 1 = yes");
    Finding finding = Linearizability.check(history).get(0);
    assertEquals(history.get(0), finding.refused());
    assertEquals(List.of(history.get(0)), finding.prefix());
    assertEquals(List.of(), finding.order());
  }

  @Test
  void aLostUpdateIsFound() {
    String[] first = {"a 0 10 put 0 = yes", "a 20 50 replaceIfPresent 0 1 = yes"};
    right(ENTRY, first[0], first[1], "b 20 60 replaceIfPresent 0 2 = no");
    wrong(ENTRY, first[0], first[1], "b 20 60 replaceIfPresent 0 2 = yes");
    wrong(COUNTER, "a 0 50 compareAndSet 0 1 = yes", "b 0 60 compareAndSet 0 1 = yes");
    wrong(COUNTER, "a 0 50 compareAndSet 0 1 = yes", "b 0 60 compareAndSet 0 2 = yes");
  }

  @Test
  void readersAgreeAboutTheOrderOfPuts() {
    String[] puts = {"a 0 90 put 1 = yes", "b 0 91 put 2 = yes"};
    right(ENTRY, puts[0], puts[1], "c 10 20 get = 1", "c 30 40 get = 2", "d 50 60 get = 2");
    List<Finding> findings =
        Linearizability.check(
            Written.history(
                ENTRY,
                puts[0],
                puts[1],
                "c 10 20 get = 1",
                "d 10 21 get = 2",
                "c 30 40 get = 2",
                "d 30 41 get = 1"));
    assertEquals("d: get() -> 1", findings.get(0).refused().toString());
  }

  @Test
  void whatNeverReturnedMayHaveTakenEffectOrNot() {
    right(ENTRY, "a 0 - put 1", "b 10 20 get = -");
    right(ENTRY, "a 0 - put 1", "b 10 20 get = 1");
    right(ENTRY, "a 0 - put 1", "b 10 20 get = -", "b 30 40 get = 1", "b 50 60 get = 1");
    wrong(ENTRY, "a 0 - put 1", "b 10 20 get = 1", "c 30 40 get = -");
    right(ENTRY, "a 0 - put 1", "b 1 5 put 2 = yes", "b 10 20 get = 2", "b 30 40 get = 1");
    wrong(ENTRY, "a 0 - put 1", "b 1 5 put 2 = yes", "b 6 20 get = 1", "b 30 40 get = 2");
    List<Operation> history = Written.history(ENTRY, "b 0 9 get = 1", "a 10 - put 1");
    assertEquals(history.get(0), Linearizability.check(history).get(0).refused());
  }

  @Test
  void onlyOneFindsItAbsentAndOnlyOneRemovesIt() {
    right(ENTRY, "a 0 50 putIfAbsent 1 = -", "b 0 60 putIfAbsent 2 = 1");
    wrong(ENTRY, "a 0 50 putIfAbsent 1 = -", "b 0 60 putIfAbsent 2 = -");
    right(ENTRY, "a 0 9 put 1 = yes", "a 10 50 remove = 1", "b 10 60 remove = -");
    wrong(ENTRY, "a 0 9 put 1 = yes", "a 10 50 remove = 1", "b 10 60 remove = 1");
    right(ENTRY, "a 0 9 put 1 = yes", "b 10 60 removeIfPresent 1 = yes", "b 61 62 get = -");
    wrong(ENTRY, "a 0 9 put 1 = yes", "a 10 50 removeIfPresent 1 = no");
    wrong(ENTRY, "a 0 9 put 1 = yes", "a 10 50 removeIfPresent 2 = yes");
    right(ENTRY, "a 0 9 removeIfPresent - = no", "a 10 19 replaceIfPresent - 1 = no");
  }

  @Test
  void replacingWantsSomethingToReplace() {
    right(ENTRY, "a 0 9 replace 1 = -", "a 10 19 get = -");
    wrong(ENTRY, "a 0 9 replace 1 = -", "a 10 19 get = 1");
    right(ENTRY, "a 0 9 put 1 = yes", "a 10 19 replace 2 = 1", "a 20 29 get = 2");
    wrong(ENTRY, "a 0 9 put 1 = yes", "a 10 19 replace 2 = -");
    right(ENTRY, "a 0 9 put 1 = yes", "a 10 19 putIfAbsent 2 = 1", "a 20 29 get = 1");
  }

  // Counters.

  @Test
  void aNumberThatTwoWereGivenIsFound() {
    right(COUNTER, "a 0 50 incrementAndGet = 2", "b 0 60 incrementAndGet = 1");
    wrong(COUNTER, "a 0 50 incrementAndGet = 1", "b 0 60 incrementAndGet = 1");
  }

  @Test
  void aNumberThatNobodyWasGivenIsFound() {
    wrong(COUNTER, "a 0 50 incrementAndGet = 1", "b 0 60 incrementAndGet = 3");
    // Who was killed may have been given it.
    right(COUNTER, "a 0 50 incrementAndGet = 1", "c 0 - addAndGet 1", "b 0 60 addAndGet 1 = 3");
    wrong(COUNTER, "a 0 50 incrementAndGet = 1", "c 0 - addAndGet 1", "b 0 60 addAndGet 1 = 4");
    wrong(COUNTER, "a 0 9 addAndGet -3 = -3", "c 0 - addAndGet 1", "b 10 60 get = -1");
  }

  @Test
  void aCounterThatGoesBackIsFound() {
    right(COUNTER, "a 0 90 addAndGet 5 = 5", "b 10 20 get = 0", "b 30 40 get = 5");
    wrong(COUNTER, "a 0 90 addAndGet 5 = 5", "b 10 20 get = 5", "c 30 40 get = 0");
    right(COUNTER, "a 0 9 compareAndSet 0 7 = yes", "a 10 19 compareAndSet 6 8 = no");
    wrong(COUNTER, "a 0 9 compareAndSet 0 7 = yes", "a 10 19 compareAndSet 7 8 = no");
  }

  // Locks.

  @Test
  void twoHoldersOfALockAreFound() {
    right(LOCK, "a 0 9 acquire = yes", "a 30 40 release = yes", "b 10 41 acquire = yes");
    right(LOCK, "a 0 9 acquire = yes", "a 30 60 release = yes", "b 10 41 acquire = yes");
    wrong(LOCK, "a 0 9 acquire = yes", "b 10 20 acquire = yes");
    List<Operation> history =
        Written.history(
            LOCK, "a 0 9 acquire = yes", "b 10 20 acquire = yes", "a 30 40 release = yes");
    assertEquals(history.get(1), Linearizability.check(history).get(0).refused());
    wrong(LOCK, "a 0 9 acquire = yes", "b 10 20 release = yes");
    wrong(LOCK, "a 0 9 release = yes");
  }

  @Test
  void whoGaveUpMetAnother() {
    right(LOCK, "a 0 9 acquire = yes", "b 10 20 acquire = timed-out");
    right(LOCK, "a 0 40 acquire = yes", "b 10 20 acquire = timed-out");
    wrong(LOCK, "a 0 9 acquire = timed-out");
    wrong(LOCK, "a 0 9 acquire = yes", "a 10 19 release = yes", "b 20 29 acquire = timed-out");
    // It has nothing to release.
    wrong(LOCK, "a 0 9 acquire = yes", "b 10 20 acquire = timed-out", "b 21 29 release = yes");
  }

  @Test
  void theLockOfWhoDiedIsFreeAtSomeTime() {
    String[] dead = {"a 0 9 acquire = yes", "a 50 - death"};
    right(LOCK, dead[0], dead[1], "b 10 60 acquire = yes");
    right(LOCK, dead[0], dead[1], "b 60 70 acquire = timed-out", "b 80 90 acquire = yes");
    wrong(LOCK, dead[0], dead[1], "b 60 70 acquire = yes", "c 80 90 acquire = yes");
    List<Operation> history =
        Written.history(LOCK, dead[0], dead[1], "b 10 20 acquire = yes", "b 60 70 release = yes");
    // It was alive then.
    assertEquals(history.get(2), Linearizability.check(history).get(0).refused());
  }

  @Test
  void whoDiedWhileItWaitedMayHaveHadTheLock() {
    String[] dead = {"a 0 - acquire", "a 50 - death"};
    right(LOCK, dead[0], dead[1], "b 60 70 acquire = timed-out", "b 80 90 acquire = yes");
    wrong(
        LOCK,
        dead[0],
        dead[1],
        "b 60 70 acquire = yes",
        "b 71 79 release = yes",
        "c 80 90 acquire = timed-out",
        "c 91 95 acquire = yes",
        "d 96 99 acquire = yes");
    // It was granted once at the most, so the second to give up has met nobody.
    wrong(
        LOCK,
        dead[0],
        dead[1],
        "b 60 70 acquire = timed-out",
        "b 71 79 acquire = yes",
        "b 80 85 release = yes",
        "b 86 89 acquire = timed-out");
  }

  @Test
  void whoDiedWhileItReleasedMayHaveReleased() {
    String[] dead = {"a 0 9 acquire = yes", "a 20 - release", "a 50 - death"};
    right(LOCK, dead[0], dead[1], dead[2], "b 30 40 acquire = yes");
    right(LOCK, dead[0], dead[1], dead[2], "b 30 60 acquire = timed-out", "b 61 69 acquire = yes");
    wrong(
        LOCK,
        dead[0],
        dead[1],
        dead[2],
        "b 30 40 acquire = yes",
        "b 61 69 release = yes",
        "c 70 79 acquire = timed-out");
  }

  // What is said.

  @Test
  void eachObjectIsCheckedAlone() {
    List<Operation> all = new ArrayList<>();
    all.addAll(Written.history("entry/m/k", "a 0 10 put 1 = yes", "b 11 20 get = -"));
    all.addAll(Written.history("entry/m/l", "a 21 30 get = -"));
    all.addAll(Written.history("counter/c", "a 41 50 get = 0"));
    all.addAll(Written.history("counter/d", "a 31 40 get = 1"));
    all.addAll(Written.history("lock/l", "a 51 60 acquire = yes"));
    assertEquals(
        List.of("counter/d", "entry/m/k"),
        Linearizability.check(all).stream().map(Finding::object).toList());
  }

  @Test
  void aFindingSaysWhatItIsAbout() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add("a " + 1000 * i + " " + (1000 * i + 500) + " put " + i + " = yes");
    }
    lines.add("b 29100 29600 get = 28");
    lines.add("c 29550 29700 get = 29");
    lines.add("d 29650 29900 get = 3");
    lines.add("e 29800 40000 put 100 = yes");
    lines.add("f 29650 - put 101");
    lines.add("a 41000 41500 put 102 = yes");
    List<Operation> history = Written.history(ENTRY, lines.toArray(String[]::new));
    Finding finding = Linearizability.check(history).get(0);
    assertEquals("d: get() -> 3", finding.refused().toString());
    assertEquals(history.size() - 1, finding.prefix().size());
    assertEquals("29", finding.state());
    assertEquals(
        List.of("a: put(29) -> yes", "c: get() -> 29"),
        finding.order().stream().map(Operation::toString).skip(30).toList());
    String text = finding.toString();
    List<String> around = text.substring(text.indexOf("around")).lines().skip(1).toList();
    // Twelve before it, it and three that it overlapped.
    assertEquals(16, around.size());
    assertEquals("        10.9       10.4  a: put(19) -> yes", around.get(0));
    assertTrue(around.contains(">        0.3        0.0  d: get() -> 3"), text);
    assertTrue(around.contains("         0.1             e: put(100), which never returned"), text);
    assertTrue(text.startsWith("entry/m/k is not linearizable"), text);
  }

  @Test
  void whatNoModelKnowsIsRefused() {
    for (String object : List.of("entry/m/k", "counter/c", "lock/l", "queue/q", "queue")) {
      List<Operation> history = Written.history(object, "a 0 9 peek = 1");
      assertThrows(IllegalArgumentException.class, () -> Linearizability.check(history), object);
    }
    assertThrows(IllegalArgumentException.class, () -> Written.history(ENTRY, "a 9 8 get = 1"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Operation("a", ENTRY, "get", List.of(), "1", 0, Operation.NEVER));
  }

  /** Without a memory of where it has been the search would take longer than anybody waits. */
  @Test
  void manyAtTheSameTimeAreChecked() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      lines.add("c" + i + " " + i + " 1000 addAndGet 1 = " + (i + 1));
      lines.add("d" + i + " " + i + " - addAndGet 1000");
    }
    right(COUNTER, lines.toArray(String[]::new));
    lines.add("e 0 2000 get = 11");
    wrong(COUNTER, lines.toArray(String[]::new));
  }

  @Test
  void aLongHistoryIsChecked() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      lines.add("c" + i % 3 + " " + 10 * i + " " + (10 * i + 25) + " incrementAndGet = " + (i + 1));
    }
    right(COUNTER, lines.toArray(String[]::new));
    lines.add("d 200100 200200 get = 19999");
    wrong(COUNTER, lines.toArray(String[]::new));
  }
}
