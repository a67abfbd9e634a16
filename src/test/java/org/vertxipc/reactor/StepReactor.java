package org.vertxipc.reactor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.vertxipc.counters.LoopCounts;

/**
 * A loop that does one thing at a time when it is told to, so that a test can check the states in
 * between.
 */
public final class StepReactor implements Reactor {
  private final Queue<Runnable> tasks;
  private final Dispatcher dispatcher;
  private final LoopCounts counts = new LoopCounts();
  private final List<Runnable> periodic = new ArrayList<>();

  /** What is run after each task that blocks is run before it is reported to be done. */
  public StepReactor(Queue<Runnable> tasks, Runnable afterBlocking) {
    this.tasks = tasks;
    this.dispatcher =
        new Dispatcher.OfLoop(
            tasks::add,
            work ->
                tasks.add(
                    () -> {
                      work.run();
                      afterBlocking.run();
                    }));
  }

  public static Queue<Runnable> tasks() {
    return new ArrayDeque<>();
  }

  /** Runs the tasks that repeat at intervals. */
  public void tick() {
    List.copyOf(periodic).forEach(Runnable::run);
  }

  @Override
  public LoopCounts counts() {
    return counts;
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
    dispatcher.blocking(task, done);
  }

  @Override
  public Runnable bind(Runnable task) {
    return task;
  }
}
