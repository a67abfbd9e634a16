package org.vertxipc.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Counter;
import java.util.function.Function;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.CounterCommand;

/** A counter of the cluster. */
public final class ClusterCounter implements Counter {
  private final VertxInternal vertx;
  private final ClusterNode node;
  private final String name;

  /**
   * A counter.
   *
   * @param vertx on whose contexts results are told
   * @param node of the cluster
   * @param name of the counter
   */
  public ClusterCounter(VertxInternal vertx, ClusterNode node, String name) {
    this.vertx = vertx;
    this.node = node;
    this.name = name;
  }

  private <R, T> Future<T> submit(Command<R> command, Function<R, T> result) {
    Promise<R> promise = vertx.getOrCreateContext().promise();
    node.submit(command, promise);
    return promise.future().map(result);
  }

  @Override
  public Future<Long> get() {
    try {
      long value = node.read(machine -> machine.counters().get(name));
      return vertx.getOrCreateContext().succeededFuture(value);
    } catch (RuntimeException e) {
      return vertx.getOrCreateContext().failedFuture(e);
    }
  }

  @Override
  public Future<Long> incrementAndGet() {
    return addAndGet(1);
  }

  @Override
  public Future<Long> getAndIncrement() {
    return getAndAdd(1);
  }

  @Override
  public Future<Long> decrementAndGet() {
    return addAndGet(-1);
  }

  @Override
  public Future<Long> addAndGet(long value) {
    return submit(new CounterCommand.Add(name, value), sum -> sum);
  }

  @Override
  public Future<Long> getAndAdd(long value) {
    return submit(new CounterCommand.Add(name, value), sum -> sum - value);
  }

  @Override
  public Future<Boolean> compareAndSet(long expected, long value) {
    return submit(new CounterCommand.CompareAndSet(name, expected, value), done -> done);
  }
}
