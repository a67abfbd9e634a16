package org.vertxipc.stream;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.ring.RingTransport;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.reactor.Reactor;

/**
 * The rings that one event loop reads and writes. They share a poller, so that a loop looks at all
 * of them in one task. One thread only: the loop's.
 */
final class LoopRings {
  private final EventLoop loop;
  private final Reactor reactor;
  private final RingTransport transport;
  private final RingCounts counts;

  /** How many channels use them, see {@link Loops}. */
  int users;

  /**
   * Rings of a loop.
   *
   * @param loop reads and writes them
   * @param workers run what waits for the file system
   * @param access who may open the rings
   * @param idle what to do when there is nothing to read
   * @param ringBytes capacity of each ring that is read here: a power of two
   * @param counters where others see what is counted
   * @param number which loop it is there
   */
  LoopRings(
      EventLoop loop,
      Executor workers,
      Access access,
      IdleOptions idle,
      int ringBytes,
      CounterSet counters,
      int number)
      throws IOException {
    this.loop = loop;
    this.reactor = Reactor.create(loop, workers);
    this.counts = new RingCounts(counters, reactor.counts(), number);
    this.transport = RingTransport.shm(reactor, access, idle, ringBytes);
  }

  /** The loop. */
  EventLoop loop() {
    return loop;
  }

  /** What goes by these rings is counted here. */
  RingCounts counts() {
    return counts;
  }

  /** Watches descriptors on the loop. */
  Reactor reactor() {
    return reactor;
  }

  /**
   * Makes a ring, on a worker thread.
   *
   * @param base of its files
   * @param done called on the loop with the reading end, not started, or with what failed
   */
  void create(Path base, BiConsumer<InboundChannel, Throwable> done) {
    onWorker(() -> transport.createInbound(base, 0), done);
  }

  /**
   * Does what waits on a worker thread.
   *
   * @param task what to do
   * @param done called on the loop with its result, or with what failed
   */
  <T> void onWorker(Callable<T> task, BiConsumer<T, Throwable> done) {
    reactor.blocking(task, done);
  }

  /** Opens the writing end of a ring that another process made. */
  OutboundChannel open(Path base, OutboundHandler handler) throws IOException {
    return transport.openOutbound(base, handler);
  }

  /** Releases what the rings share, after all of them are closed. */
  void close() {
    counts.remove();
    transport.close();
    reactor.close();
  }
}
