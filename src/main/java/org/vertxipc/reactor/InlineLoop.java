package org.vertxipc.reactor;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The event loop of a context, seen by consumers that are part of the plumbing and not user code.
 * It differs from the loop that it stands for in one thing: a task given to it on the loop's own
 * thread runs at once instead of being queued. An event-bus consumer registered on such a context
 * therefore sees a message within the very call of {@code send} when the sender shares the loop.
 */
public final class InlineLoop extends AbstractEventExecutor implements EventLoop {
  private final EventLoop loop;

  private InlineLoop(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * The inline loop of a context.
   *
   * @param context an event-loop context
   * @return the loop; its own context is made by {@link #context}
   */
  public static InlineLoop of(ContextInternal context) {
    return new InlineLoop(context.nettyEventLoop());
  }

  /**
   * A new context on this loop. Dispatch on it to register consumers that are to run inline.
   *
   * @param vertx the owner
   * @return the context
   */
  public ContextInternal context(VertxInternal vertx) {
    return vertx.contextBuilder().withEventLoop(this).build();
  }

  EventLoop loop() {
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  @Override
  public EventLoopGroup parent() {
    return loop.parent();
  }

  @Override
  public EventLoop next() {
    return this;
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return loop.inEventLoop(thread);
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return loop.register(channel);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return loop.register(promise);
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return loop.register(channel, promise);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return loop.schedule(task, delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return loop.schedule(task, delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return loop.scheduleAtFixedRate(task, initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return loop.scheduleWithFixedDelay(task, initialDelay, delay, unit);
  }

  @Override
  @Deprecated
  public void shutdown() {
    throw new UnsupportedOperationException("the loop belongs to Vert.x");
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException("the loop belongs to Vert.x");
  }

  @Override
  public boolean isShuttingDown() {
    return loop.isShuttingDown();
  }

  @Override
  public boolean isShutdown() {
    return loop.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return loop.isTerminated();
  }

  @Override
  public Future<?> terminationFuture() {
    return loop.terminationFuture();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return loop.awaitTermination(timeout, unit);
  }
}
