package org.vertxipc.cluster;

import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Counter;
import org.vertxipc.machine.CounterCommand;

/** A counter of the cluster. */
public final class ClusterCounter implements Counter {
  private final Calls calls;
  private final String name;

  /**
   * A counter.
   *
   * @param vertx on whose contexts results are told
   * @param node of the cluster
   * @param name of the counter
   */
  public ClusterCounter(VertxInternal vertx, ClusterNode node, String name) {
    this.calls = new Calls(vertx, node);
    this.name = name;
  }

  @Override
  public Future<Long> get() {
    return calls.read(() -> calls.node().read(machine -> machine.counters().get(name)));
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
    return calls.submit(new CounterCommand.Add(name, value), sum -> sum);
  }

  @Override
  public Future<Long> getAndAdd(long value) {
    return calls.submit(new CounterCommand.Add(name, value), sum -> sum - value);
  }

  @Override
  public Future<Boolean> compareAndSet(long expected, long value) {
    return calls.submit(new CounterCommand.CompareAndSet(name, expected, value), done -> done);
  }
}
