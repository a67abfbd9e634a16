package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is being opened now, by the name of a node. A task may have ended before whoever has started
 * it gets its future, so it is noted before it is started: otherwise it would be noted for ever
 * after its end. One thread only: the bus's context.
 *
 * @param <T> what it results in
 */
final class Openings<T> {
  private final ContextInternal context;
  private final Map<String, Future<T>> running = new HashMap<>();

  Openings(ContextInternal context) {
    this.context = context;
  }

  boolean isRunning(String node) {
    return running.containsKey(node);
  }

  /** Returns the task that runs for a node, or else starts one. */
  Future<T> run(String node, Supplier<Future<T>> task) {
    Future<T> known = running.get(node);
    return known != null ? known : start(node, task);
  }

  /** Starts a task, also when there is another, which others wait for no longer. */
  Future<T> start(String node, Supplier<Future<T>> task) {
    Promise<T> promise = context.promise();
    Future<T> future = promise.future();
    running.put(node, future);
    task.get()
        .onComplete(
            (result, e) -> {
              running.remove(node, future);
              promise.complete(result, e);
            });
    return future;
  }

  /** Returns all that run now. */
  Collection<Future<T>> all() {
    return List.copyOf(running.values());
  }
}
