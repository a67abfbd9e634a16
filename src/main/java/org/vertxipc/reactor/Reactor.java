package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.vertxipc.counters.LoopCounts;

/**
 * Watches descriptors on behalf of one event-loop context. All methods are called, and all handlers
 * run, on that context's thread.
 */
public interface Reactor {

  /**
   * Starts watching a non-blocking descriptor. Nothing is reported before {@link Watch#interest} is
   * called.
   *
   * @param fd the descriptor, which the caller closes after {@link Watch#close}
   * @param handler is told about readiness
   * @return the watch
   * @throws IOException when the kernel refuses
   */
  Watch watch(int fd, ReadyHandler handler) throws IOException;

  /** Releases the reactor. Watches must be closed before. */
  void close();

  /**
   * Returns whether readiness is delivered by epoll on the loop itself.
   *
   * @return false for the fallback, which costs a thread, and a hand-over per event
   */
  boolean isNative();

  /**
   * Queues a task on the loop, after those that are already queued. Unlike everything else here it
   * may be called on any thread.
   *
   * @param task made by {@link #bind}, once, so that queueing allocates nothing
   */
  void execute(Runnable task);

  /**
   * Returns a way to run a task once per turn of the loop, for a task that queues itself again. A
   * plain task that does so keeps Netty's loop from its descriptors for up to a second at a time.
   *
   * @param task what to run, dispatched on the context
   * @return runs the task once, after the loop has checked its descriptors; it allocates nothing
   */
  Runnable perTurn(Runnable task);

  /**
   * Runs a task again and again.
   *
   * @param nanos between the end of one run and the start of the next
   * @param task made by {@link #bind}
   * @return to end it
   */
  Runnable every(long nanos, Runnable task);

  /**
   * Runs a blocking task on a worker thread.
   *
   * @param <T> what the task results in
   * @param task what to run
   * @param done called on the context afterwards, with the result, or with the exception that it
   *     threw
   */
  <T> void blocking(Callable<T> task, BiConsumer<T, Throwable> done);

  /**
   * Returns a task that runs the given one dispatched on the context, as Vert.x runs a handler:
   * exceptions are reported to the context's exception handler.
   *
   * @param task what to run
   * @return to be queued
   */
  Runnable bind(Runnable task);

  /**
   * Returns what the loop does for the channels that it serves.
   *
   * @return live
   */
  LoopCounts counts();

  /**
   * Creates the reactor for a context: epoll when the loop is one of Netty's epoll loops, otherwise
   * the fallback.
   *
   * @param context an event-loop context: all handlers are dispatched on it
   * @return the reactor
   */
  static Reactor create(ContextInternal context) {
    return create(context.nettyEventLoop(), new Dispatcher.OfContext(context));
  }

  /**
   * The reactor for a loop whose handlers belong to no context, as those of a channel's pipeline:
   * epoll when the loop is one of Netty's epoll loops, else the fallback.
   *
   * @param loop all handlers are called on its thread
   * @param workers run what is given to {@link #blocking}
   * @return the reactor
   */
  static Reactor create(EventLoop loop, Executor workers) {
    return create(loop, new Dispatcher.OfLoop(loop, workers));
  }

  private static Reactor create(EventLoop loop, Dispatcher dispatcher) {
    if (Epoll.isAvailable()
        && loop instanceof IoEventLoop io
        && io.isCompatible(EpollIoHandle.class)) {
      return new EpollReactor(io, dispatcher);
    }
    return new SelectorReactor(loop, dispatcher);
  }

  /** Is told about readiness. */
  @FunctionalInterface
  interface ReadyHandler {
    /**
     * Called when the descriptor is ready. Readiness is level-triggered: what is not handled is
     * reported again.
     *
     * @param readable there is something to read, or the end of the file
     * @param writable there is room to write, or an error to see by writing
     * @param hangup the other side is gone
     */
    void ready(boolean readable, boolean writable, boolean hangup);
  }

  /** One watched descriptor. */
  interface Watch {
    /**
     * Sets what to report from now on.
     *
     * @param read readiness to read
     * @param write readiness to write
     */
    void interest(boolean read, boolean write);

    /** Stops watching; the handler is not called again. Does nothing the second time. */
    void close();
  }
}
