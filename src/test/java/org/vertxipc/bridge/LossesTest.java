package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Pattern COUNT = Pattern.compile("^(A|[0-9]+) (more )?messages? to ");

  // This is near the end of the range of a clock of nanoseconds, which may wrap.
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND / 2);
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private final List<Throwable> causes = new ArrayList<>();
  private final Losses losses =
      new Losses(
          clock::get,
          (reason, line, cause) -> {
            said.add(line);
            if (cause != null) {
              causes.add(cause);
            }
          });

  private void later(long nanos) {
    clock.addAndGet(nanos);
  }

  private List<String> lines() {
    List<String> lines = List.copyOf(said);
    said.clear();
    return lines;
  }

  @Test
  void theFirstIsSaidAtOnceWithAllThatIsKnown() {
    losses.add(Loss.CODEC, "orders.new", "pricing", () -> "no codec 'money'", null);
    assertEquals(
        List.of(
            "A message to 'orders.new' did not arrive (CODEC, node 'pricing'): no codec 'money'. "
                + Loss.CODEC.advice()
                + "."),
        lines());
  }

  @Test
  void eachReasonSaysWhatHappenedAndWhatToDo() {
    for (Loss reason : Loss.values()) {
      losses.add(reason, "a", null);
      assertEquals(
          List.of(
              "A message to 'a' did not arrive ("
                  + reason
                  + "): "
                  + reason.text()
                  + ". "
                  + reason.advice()
                  + "."),
          lines());
      assertEquals(1, losses.count(reason));
    }
  }

  @Test
  void moreAreSaidOnceASecondWithTheirNumber() {
    losses.add(Loss.QUEUE_FULL, "a", () -> "first");
    lines();
    for (int i = 0; i < 999; i++) {
      losses.add(Loss.QUEUE_FULL, "a", () -> "not asked");
    }
    later(SECOND - 1);
    losses.add(Loss.QUEUE_FULL, "a", () -> "not asked");
    losses.tick();
    assertEquals(List.of(), lines());
    later(1);
    losses.add(Loss.QUEUE_FULL, "a", () -> "now");
    List<String> lines = lines();
    assertEquals(1, lines.size());
    assertTrue(
        lines
            .get(0)
            .startsWith("1001 more messages to 'a' did not arrive within 1 s (QUEUE_FULL): now."),
        lines.get(0));
    losses.tick();
    assertEquals(List.of(), lines());
    assertEquals(1002, losses.count(Loss.QUEUE_FULL));
  }

  @Test
  void aLateCountIsSaidByTheTick() {
    losses.add(Loss.NOBODY, "a", "b", () -> "detail", null);
    losses.add(Loss.NOBODY, "a", "b", () -> "not asked", null);
    lines();
    later(SECOND * 5 / 2);
    losses.tick();
    List<String> lines = lines();
    assertEquals(1, lines.size());
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "1 more message to 'a' did not arrive within 3 s (NOBODY, node 'b'): detail."),
        lines.get(0));
  }

  @Test
  void atTheEndNothingStaysUnsaid() {
    for (int i = 0; i < 3; i++) {
      losses.add(Loss.NODE_GONE, "a", null);
    }
    lines();
    losses.close();
    List<String> lines = lines();
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).startsWith("2 more messages to 'a'"), lines.get(0));
    losses.close();
    assertEquals(List.of(), lines());
  }

  @Test
  void addressesAndReasonsAreSaidApart() {
    losses.add(Loss.NOBODY, "a", null);
    losses.add(Loss.NOBODY, "b", null);
    losses.add(Loss.TOO_LARGE, "a", null);
    losses.add(Loss.TOO_LARGE, "a", null);
    assertEquals(3, lines().size());
  }

  @Test
  void theStackTraceIsWrittenWithTheFirstOnly() {
    IllegalStateException cause = new IllegalStateException("x");
    losses.add(Loss.CODEC, "a", "b", null, cause);
    later(2 * SECOND);
    losses.add(Loss.CODEC, "a", "b", null, cause);
    assertEquals(2, lines().size());
    assertEquals(1, causes.size());
    assertSame(cause, causes.get(0));
  }

  @Test
  void manyAddressesAreBoundedAndMakeRoomAgain() {
    for (int i = 0; i < Losses.MAX_KEYS; i++) {
      losses.add(Loss.NOBODY, "known" + i, null);
    }
    assertEquals(Losses.MAX_KEYS, lines().size());
    for (int i = 0; i < 10_000; i++) {
      losses.add(Loss.NOBODY, "more" + i, null);
    }
    later(SECOND);
    losses.tick();
    List<String> lines = lines();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("A message to 'more0' and others did not"), lines.get(0));
    assertTrue(
        lines.get(1).startsWith("9999 more messages to various addresses did not"), lines.get(1));
    later(60 * SECOND);
    losses.tick();
    losses.add(Loss.NOBODY, "more0", null);
    assertTrue(lines().get(0).startsWith("A message to 'more0' did not arrive"));
    assertEquals(Losses.MAX_KEYS + 10_001, losses.count(Loss.NOBODY));
  }

  @Test
  void aNameOfAPeerFillsNoLogAndBeginsNoLine() {
    losses.add(Loss.NOT_EXPORTED, "x\nWARNING: all is lost", null);
    losses.add(Loss.NOT_EXPORTED, "y".repeat(1 << 20), null);
    for (String line : lines()) {
      assertFalse(line.contains("\n"), line);
      assertTrue(line.length() < 1_000, "a line of " + line.length());
    }
  }

  @Test
  void countingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 1_000; i++) {
      losses.add(Loss.QUEUE_FULL, "a", "b", null, null);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      losses.add(Loss.QUEUE_FULL, "a", "b", null, null);
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / 100_000;
    assertEquals(0, each, "bytes for each");
  }

  @Test
  void whatManyThreadsCountIsSaidOnce() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> counting = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  return; // Then the number is wrong.
                }
                for (int i = 0; i < each; i++) {
                  losses.add(Loss.NODE_GONE, "a" + i % 3, null);
                }
              });
      thread.start();
      counting.add(thread);
    }
    go.countDown();
    for (int i = 0; i < 2_000; i++) {
      // Long enough for the log of an address to be retired in between.
      later(61 * SECOND);
      losses.tick();
    }
    for (Thread thread : counting) {
      thread.join();
    }
    losses.close();
    long sum = 0;
    for (String line : lines()) {
      Matcher count = COUNT.matcher(line);
      assertTrue(count.find(), line);
      sum += count.group(1).equals("A") ? 1 : Long.parseLong(count.group(1));
    }
    assertEquals((long) threads * each, losses.count(Loss.NODE_GONE));
    assertEquals((long) threads * each, sum);
    assertNull(said.poll());
  }
}
