package org.vertxipc.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import org.vertxipc.options.BusOptions;

/**
 * Collects what the fault tests of this JVM did and found; it is printed at the end, and with
 * {@code -Pfaults}, where one JVM runs them all, also written to {@code target}.
 */
public final class FaultTable implements TestExecutionListener {
  private static final List<Row> ROWS = new ArrayList<>();
  private static final long SEED = Long.getLong("vertxipc.seed", System.nanoTime());

  /** One fault, over one transport or all. */
  public static final class Row {
    private final String fault;
    private int times;
    private long lost;
    private long wedged;
    private long leaked;
    private double slowestMillis = -1;

    private Row(String fault) {
      this.fault = fault;
    }

    public synchronized void once() {
      times++;
    }

    public synchronized void times(int count) {
      times += count;
    }

    /** Messages that were promised and did not arrive, or arrived torn or twice. */
    public synchronized void lost(long count) {
      lost += count;
    }

    /** Survivors that did not go on. */
    public synchronized void wedged() {
      wedged++;
    }

    /** Files, segments, queues, descriptors, mappings or threads that stayed. */
    public synchronized void leaked(long count) {
      leaked += count;
    }

    /** How long it took until the fault was noticed. */
    public synchronized void detected(long nanos) {
      slowestMillis = Math.max(slowestMillis, nanos / 1e6);
    }

    /** Returns whether nothing was lost, wedged or leaked. */
    public synchronized boolean isClean() {
      return lost == 0 && wedged == 0 && leaked == 0;
    }

    @Override
    public synchronized String toString() {
      return String.format(
          "| %-50s | %5d | %4d | %6d | %6d | %10s |",
          fault,
          times,
          lost,
          wedged,
          leaked,
          slowestMillis < 0 ? "" : String.format("%.1f ms", slowestMillis));
    }
  }

  public static Row row(String fault) {
    Row row = new Row(fault);
    synchronized (ROWS) {
      ROWS.add(row);
    }
    return row;
  }

  /** Returns whether this is the long run, {@code -Pfaults}. */
  public static boolean isThorough() {
    return Boolean.getBoolean("vertxipc.faults");
  }

  /**
   * Returns how often to repeat a fault: less often without {@code -Pfaults} than with it, and as
   * often as {@code -Dvertxipc.times} says when it is given.
   */
  public static int times(int everyDay, int thorough) {
    return Integer.getInteger("vertxipc.times", isThorough() ? thorough : everyDay);
  }

  /** Returns the transports to test: with {@code -Pfaults} all. */
  public static List<String> transports() {
    return isThorough() ? BusOptions.TRANSPORTS : List.of("shm", "mqueue", "mapped");
  }

  /** Returns the random numbers of a test; {@code -Dvertxipc.seed} repeats them. */
  public static Random random(String test) {
    System.out.println(test + ": -Dvertxipc.seed=" + SEED);
    return new Random(SEED ^ test.hashCode());
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    synchronized (ROWS) {
      if (ROWS.isEmpty()) {
        return;
      }
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format(
              "| %-50s | %5s | %4s | %6s | %6s | %10s |",
              "fault", "times", "lost", "wedged", "leaked", "noticed in"));
      lines.add("|---|---|---|---|---|---|");
      ROWS.forEach(row -> lines.add(row.toString()));
      lines.forEach(System.out::println);
      try {
        Path target = Path.of("target");
        if (isThorough() && Files.isDirectory(target)) {
          Files.write(target.resolve("faults.md"), lines);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
