package org.vertxipc;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.concurrent.RejectedExecutionException;

/**
 * The context on which a user called. Results are given to the user there, in a task of their own:
 * never within the bridge's own task, even when both share a loop.
 */
final class UserContext {
  private static final Logger log = LoggerFactory.getLogger(UserContext.class);

  private final ContextInternal context;

  private UserContext(ContextInternal context) {
    this.context = context;
  }

  /** Returns the context of the calling code. */
  static UserContext current(VertxInternal vertx) {
    return new UserContext(vertx.getOrCreateContext());
  }

  /** Returns the same for something that outlives the message or request that is being handled. */
  static UserContext lasting(VertxInternal vertx) {
    return new UserContext(vertx.getOrCreateContext().unwrap());
  }

  <T> Promise<T> promise() {
    return context.promise();
  }

  /** Returns a future that reports the end of the bridge's work to the user. */
  <T> Future<T> follow(Future<T> work) {
    if (work.isComplete()) {
      return work; // The context may have ended.
    }
    Promise<T> promise = context.promise();
    work.onComplete((result, failure) -> run(() -> promise.complete(result, failure)));
    return promise.future();
  }

  /** Runs a task there; exceptions are reported there. */
  void run(Runnable task) {
    try {
      context.runOnContext(v -> task.run());
    } catch (RejectedExecutionException e) {
      log.debug("The context to be notified has ended", e);
    }
  }

  void report(Throwable e) {
    context.reportException(e);
  }

  /**
   * Registers a hook that ends with the verticle of this context; returns false when the verticle
   * has ended.
   */
  boolean bind(Closeable hook) {
    return isWhole() || lifetime().add(hook);
  }

  void unbind(Closeable hook) {
    if (!isWhole()) {
      lifetime().remove(hook);
    }
  }

  // What ends with the whole Vert.x need not be told, because the bridge has ended before.
  private boolean isWhole() {
    return lifetime() == context.owner().closeFuture();
  }

  private CloseFuture lifetime() {
    return context.closeFuture();
  }

  /** Runs a task there later; the timer does not end with the verticle. */
  long setTimer(long millis, Runnable task) {
    return context.setTimer(millis, id -> task.run());
  }

  void cancelTimer(long id) {
    context.owner().cancelTimer(id);
  }
}
