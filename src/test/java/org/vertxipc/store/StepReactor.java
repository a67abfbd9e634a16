package org.vertxipc.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.vertxipc.reactor.Reactor;

/**
 * A loop that does one thing at a time when it is told to, so that a test can check the states in
 * between.
 */
final class StepReactor implements Reactor {
  private final Queue<Runnable> tasks;
  private final Runnable afterBlocking;
  private final List<Runnable> periodic = new ArrayList<>();

  StepReactor(Queue<Runnable> tasks, Runnable afterBlocking) {
    this.tasks = tasks;
    this.afterBlocking = afterBlocking;
  }

  static Queue<Runnable> tasks() {
    return new ArrayDeque<>();
  }

  /** Runs the tasks that repeat at intervals. */
  void tick() {
    List.copyOf(periodic).forEach(Runnable::run);
  }

  @Override
  public Watch watch(int fd, ReadyHandler handler) {
    throw new UnsupportedOperationException("nothing is watched here");
  }

  @Override
  public void close() {
    periodic.clear();
  }

  @Override
  public boolean isNative() {
    return false;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Runnable perTurn(Runnable task) {
    return () -> tasks.add(task);
  }

  @Override
  public Runnable every(long nanos, Runnable task) {
    periodic.add(task);
    return () -> periodic.remove(task);
  }

  /** Makes the work one step, and the report that it is done another. */
  @Override
  public <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done) {
    tasks.add(
        () -> {
          T made = null;
          Throwable failure = null;
          try {
            made = task.call();
          } catch (Exception e) {
            failure = e;
          }
          afterBlocking.run();
          T result = made;
          Throwable why = failure;
          tasks.add(() -> done.accept(result, why));
        });
  }

  @Override
  public Runnable bind(Runnable task) {
    return task;
  }
}
