package org.vertxipc.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.vertxipc.IpcBridge;

/** Waits in tests for a condition, with a limit after which the test fails. */
public final class Await {
  private static final long SECONDS = 30;

  private Await() {}

  public static <T> T get(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Waits until a future has succeeded or failed. */
  public static void settled(Future<?> future) throws Exception {
    get(future.otherwiseEmpty());
  }

  public static Throwable failure(Future<?> future) throws Exception {
    try {
      Object result = get(future);
      throw new AssertionError("expected a failure, got " + result);
    } catch (TimeoutException e) {
      throw e;
    } catch (Exception e) {
      return e;
    }
  }

  /** Returns what all peers of a bridge export now. */
  public static List<String> exports(IpcBridge bridge) {
    try {
      return get(bridge.peers()).stream().flatMap(p -> p.exports().stream()).toList();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public static Exception thrown(Callable<?> call) {
    Object result;
    try {
      result = call.call();
    } catch (Exception e) {
      return e;
    }
    throw new AssertionError("expected a failure, got " + result);
  }

  /** Runs a task on a context, and waits for what it returns. */
  public static <T> T on(Context context, Callable<T> task) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            done.complete(task.call());
          } catch (Exception e) {
            done.fail(e);
          }
        });
    return get(done.future());
  }

  /** Waits for a latch; on a loop it sees to it that this loop does nothing else meanwhile. */
  public static void latch(CountDownLatch latch) {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("not within " + SECONDS + " s: " + latch);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void until(String what, BooleanSupplier condition) throws InterruptedException {
    until(() -> what, condition);
  }

  /**
   * Waits for a condition.
   *
   * @param what says what was waited for, and what was there instead, when it did not come
   */
  public static void until(Supplier<String> what, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + SECONDS + " s: " + what.get());
      }
      Thread.sleep(5);
    }
  }
}
