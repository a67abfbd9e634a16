package org.vertxipc.reactor;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Creates contexts of our own on the event loops of others, and does work there. */
public final class LoopContext {
  private LoopContext() {}

  /**
   * Creates a context on the loop of another that belongs to no verticle: the end of a verticle
   * must not stop the work here, which needs timers until it has ended itself.
   *
   * @param owner an event-loop context
   * @return a new context
   */
  public static ContextInternal on(ContextInternal owner) {
    return owner.owner().contextBuilder().withEventLoop(owner.nettyEventLoop()).build();
  }

  /**
   * Runs a task on a context, always in a task of its own, and tells its end on the context of the
   * caller.
   *
   * @param <T> what the task results in
   * @param context where to run it
   * @param task what to run; may be called for on any thread
   * @return its result; failed with what the task throws, when it returns null, and when the loop
   *     of the context has ended: it never stays open for one of these
   */
  public static <T> Future<T> call(ContextInternal context, Supplier<Future<T>> task) {
    Promise<T> promise = context.owner().getOrCreateContext().promise();
    try {
      context.runOnContext(v -> run(task).onComplete(promise));
    } catch (RejectedExecutionException e) {
      // The caller's loop may have ended, too: this future needs none.
      return Future.failedFuture(e);
    }
    return promise.future();
  }

  private static <T> Future<T> run(Supplier<Future<T>> task) {
    try {
      return Objects.requireNonNull(task.get(), "The task has returned no future");
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }
}
