package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Handler;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.vertxipc.counters.LoopCounts;

/** The part that both reactors share: tasks on the loop. */
abstract class LoopTasks implements Reactor {
  private final EventLoop loop;
  private static final Handler<Runnable> RUN = Runnable::run;

  final Dispatcher dispatcher;

  private final LoopCounts counts = new LoopCounts();

  LoopTasks(EventLoop loop, Dispatcher dispatcher) {
    this.loop = loop;
    this.dispatcher = dispatcher;
  }

  @Override
  public LoopCounts counts() {
    return counts;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Runnable perTurn(Runnable task) {
    Runnable bound = bind(task);
    if (loop instanceof SingleThreadEventLoop turns) {
      // Tasks given to this method on the loop run when the plain tasks of the turn are done. A
      // plain task of the next turn, which runs after that turn's descriptors, gives it again.
      Runnable atTheEndOfTheTurn = () -> turns.executeAfterEventLoopIteration(bound);
      return () -> loop.execute(atTheEndOfTheTurn);
    }
    return () -> loop.execute(bound);
  }

  @Override
  public Runnable every(long nanos, Runnable task) {
    ScheduledFuture<?> future =
        loop.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done) {
    dispatcher.blocking(task, done);
  }

  @Override
  public Runnable bind(Runnable task) {
    return () -> dispatcher.dispatch(task, RUN);
  }
}
