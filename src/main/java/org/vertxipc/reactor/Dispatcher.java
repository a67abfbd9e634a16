package org.vertxipc.reactor;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** How handlers are called on the thread of a loop, and where tasks that wait are run. */
interface Dispatcher {
  /** Calls a handler; the caller is on the loop's thread. What the handler throws is reported. */
  <T> void dispatch(T argument, Handler<T> handler);

  /** Runs a task on the loop's thread later; may be called on any thread. */
  void later(Runnable task);

  /** Runs what waits on a worker thread, and then the consumer on the loop's thread. */
  <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done);

  /** Handlers run dispatched on a context, as those of Vert.x do. */
  record OfContext(ContextInternal context) implements Dispatcher {
    @Override
    public <T> void dispatch(T argument, Handler<T> handler) {
      context.dispatch(argument, handler);
    }

    @Override
    public void later(Runnable task) {
      context.runOnContext(v -> task.run());
    }

    @Override
    public <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done) {
      context
          .executeBlocking(task, false)
          .onComplete(ended -> done.accept(ended.result(), ended.cause()));
    }
  }

  /**
   * Handlers run on a loop outside of any context, as those of a Netty channel do.
   *
   * @param loop runs tasks
   * @param workers run what waits
   */
  record OfLoop(Executor loop, Executor workers) implements Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(OfLoop.class);

    @Override
    public <T> void dispatch(T argument, Handler<T> handler) {
      try {
        handler.handle(argument);
      } catch (RuntimeException e) {
        log.error("A handler failed", e);
      }
    }

    @Override
    public void later(Runnable task) {
      loop.execute(task);
    }

    @Override
    public <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done) {
      workers.execute(
          () -> {
            T made = null;
            Throwable failure = null;
            try {
              made = task.call();
            } catch (Throwable e) {
              // An error, too: of a native library that can't be loaded, for which somebody waits.
              failure = e;
            }
            T result = made;
            Throwable why = failure;
            loop.execute(() -> done.accept(result, why));
          });
    }
  }
}
