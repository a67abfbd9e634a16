package org.vertxipc.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.vertxipc.options.BusOptions;

/** Runs the cases of a test that mostly waits at the same time, so that it waits once. */
public final class AtOnce {
  /** A test, on a bus of its own. */
  public interface Case<T> {
    void run(T of) throws Exception;
  }

  private AtOnce() {}

  public static void onEachTransport(Case<String> test) throws Exception {
    each(BusOptions.TRANSPORTS, test);
  }

  /** Fails when a case does, after all have ended, and says which. */
  public static <T> void each(List<T> cases, Case<T> test) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(cases.size());
    try {
      for (T one : cases) {
        running.add(
            threads.submit(
                () -> {
                  test.run(one);
                  return null;
                }));
      }
      AssertionError failures = null;
      for (int i = 0; i < running.size(); i++) {
        try {
          running.get(i).get();
        } catch (ExecutionException e) {
          AssertionError failure =
              new AssertionError(cases.get(i) + ": " + e.getCause(), e.getCause());
          if (failures == null) {
            failures = failure;
          } else {
            failures.addSuppressed(failure);
          }
        }
      }
      if (failures != null) {
        throw failures;
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
