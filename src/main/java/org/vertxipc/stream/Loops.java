package org.vertxipc.stream;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;

/**
 * The rings of each event loop, made when a channel of the loop first needs them and closed when
 * the last is gone. Methods are called on the thread of the loop that they are about.
 */
final class Loops {
  private final Map<EventLoop, LoopRings> all = new ConcurrentHashMap<>();
  private final Executor workers;
  private final Access access;
  private final IdleOptions idle;
  private final int ringBytes;
  private final CounterSet counters;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Runnable> beforeReading = new CopyOnWriteArrayList<>();

  /**
   * Rings for any loop.
   *
   * @param workers run what waits for the file system
   * @param access who may open the rings
   * @param idle what to do when there is nothing to read
   * @param ringBytes capacity of each ring: a power of two
   * @param counters where others see what is counted
   */
  Loops(Executor workers, Access access, IdleOptions idle, int ringBytes, CounterSet counters) {
    this.workers = workers;
    this.access = access;
    this.idle = idle;
    this.ringBytes = ringBytes;
    this.counters = counters;
  }

  /** Does something before anything that has come is handed on; may be called on any thread. */
  Runnable beforeReading(Runnable task) {
    beforeReading.add(task);
    return () -> beforeReading.remove(task);
  }

  /** Something has come. */
  void aboutToRead() {
    for (Runnable each : beforeReading) {
      each.run();
    }
  }

  /**
   * Takes the rings of a loop.
   *
   * @return to be given back
   * @throws IOException when they can't be made
   */
  LoopRings take(EventLoop loop) throws IOException {
    LoopRings rings = all.get(loop);
    if (rings == null) {
      int number = numbers.getAndIncrement();
      rings = new LoopRings(loop, workers, access, idle, ringBytes, counters, number);
      all.put(loop, rings);
    }
    rings.users++;
    return rings;
  }

  /** Gives them back, once for each time that they were taken. */
  void giveBack(LoopRings rings) {
    rings.users--;
    if (rings.users == 0) {
      try {
        // In a turn of its own, because a channel may be closed from within the poller.
        rings.loop().execute(() -> closeUnused(rings));
      } catch (RejectedExecutionException e) {
        // The loop has ended, and with it everything that could still use them.
        closeUnused(rings);
      }
    }
  }

  private void closeUnused(LoopRings rings) {
    if (rings.users == 0 && all.remove(rings.loop(), rings)) {
      rings.close();
    }
  }
}
