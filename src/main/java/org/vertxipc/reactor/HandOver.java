package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.internal.ContextInternal;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands tasks of other threads over to a loop, in order, with one wake-up for many. May be used on
 * any thread.
 */
public final class HandOver {
  // How many tasks one turn of the loop takes; the rest waits for the next, so that others have
  // their turn.
  private static final int TURN = 1_024;

  private final ContextInternal context;
  private final EventLoop loop;
  private final Queue<Runnable> queue = PlatformDependent.newMpscQueue();
  private final AtomicBoolean waking = new AtomicBoolean();
  private final Runnable drain;

  /**
   * Creates a hand-over.
   *
   * @param context an event-loop context; every task runs on its loop, dispatched on the context
   */
  public HandOver(ContextInternal context) {
    this.context = context;
    this.loop = context.nettyEventLoop();
    Runnable turn = this::turn;
    this.drain = () -> context.dispatch(turn);
  }

  /**
   * Returns whether the caller is on the loop.
   *
   * @return true on its thread
   */
  public boolean isHere() {
    return loop.inEventLoop();
  }

  /**
   * Returns whether the caller may do its work at once instead of handing it over: it is on the
   * loop, and no earlier task waits.
   *
   * @return false when the work has to be handed over to keep the order
   */
  public boolean isMine() {
    if (!loop.inEventLoop()) {
      return false;
    }
    if (!queue.isEmpty()) {
      takeAll();
    }
    return true;
  }

  private void takeAll() {
    for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
      run(next);
    }
  }

  // An exception of one task must not stop the others.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      context.reportException(e);
    }
  }

  /**
   * Hands a task over.
   *
   * @param task run on the loop; exceptions are reported to the context
   */
  public void add(Runnable task) {
    queue.add(task);
    wake();
  }

  private void wake() {
    if (!waking.get() && waking.compareAndSet(false, true)) {
      loop.execute(drain);
    }
  }

  private void turn() {
    waking.set(false);
    for (int i = 0; i < TURN; i++) {
      Runnable next = queue.poll();
      if (next == null) {
        return;
      }
      run(next);
    }
    wake();
  }
}
