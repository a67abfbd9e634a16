package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.internal.ContextInternal;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What other threads hand over to a loop, in order, with one wake-up for many. May be used on any
 * thread.
 */
public final class HandOver {
  // What one turn of the loop takes; the rest waits for the next, so that others have their turn.
  private static final int TURN = 1_024;

  private final ContextInternal context;
  private final EventLoop loop;
  private final Queue<Runnable> queue = PlatformDependent.newMpscQueue();
  private final AtomicBoolean waking = new AtomicBoolean();
  private final Runnable drain;

  /**
   * A hand-over.
   *
   * @param context an event-loop context: on its loop, and dispatched on it, everything is run
   */
  public HandOver(ContextInternal context) {
    this.context = context;
    this.loop = context.nettyEventLoop();
    Runnable turn = this::turn;
    this.drain = () -> context.dispatch(turn);
  }

  /**
   * Whether the caller is on the loop.
   *
   * @return true on its thread
   */
  public boolean isHere() {
    return loop.inEventLoop();
  }

  /**
   * Whether the caller may do at once what it would hand over: it is on the loop, and nothing that
   * was handed over before waits.
   *
   * @return false when it has to be handed over to keep the order
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

  // What one throws must not keep the others.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      context.reportException(e);
    }
  }

  /**
   * Hands something over.
   *
   * @param task run on the loop; what it throws is reported to the context
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
