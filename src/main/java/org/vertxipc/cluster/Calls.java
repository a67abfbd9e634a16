package org.vertxipc.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vertxipc.machine.Command;

/**
 * What applications ask of a node, as futures on the context of who asks.
 *
 * @param vertx on whose contexts results are told
 * @param node of the cluster
 */
record Calls(VertxInternal vertx, ClusterNode node) {

  /** Changes the state. */
  <R, T> Future<T> submit(Command<R> command, Function<R, T> result) {
    Promise<R> promise = vertx.getOrCreateContext().promise();
    node.submit(command, promise);
    return promise.future().map(result);
  }

  /** Reads something at once. */
  <T> Future<T> read(Supplier<T> what) {
    return attempt(() -> vertx.getOrCreateContext().succeededFuture(what.get()));
  }

  /** Does something that may throw an exception, which the future fails with then. */
  <T> Future<T> attempt(Supplier<Future<T>> what) {
    try {
      return what.get();
    } catch (RuntimeException e) {
      return vertx.getOrCreateContext().failedFuture(e);
    }
  }
}
