package org.vertxipc.cluster;

import io.vertx.core.Completable;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.vertxipc.log.CommandLog;
import org.vertxipc.machine.Command;

/**
 * Brings commands into the log: at once, on the thread that submits them, when it can be this
 * node's turn without waiting; else on a worker thread, as many at once as have come meanwhile.
 * Commands of one thread keep their order. Thread-safe.
 */
final class Turns {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  private static final int BATCH = 256;
  private static final int SPINS = 20;
  private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long WARN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final CommandLog commands;
  private final Replica replica;
  private final Executor worker;
  private final Runnable wakeOthers;
  // The turn among the threads of this node; the log's lock is the turn among nodes.
  private final ReentrantLock turn = new ReentrantLock();
  private final Queue<Submission<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private volatile boolean closed;

  /** What is done while nobody else can write. */
  @FunctionalInterface
  interface Exclusive {
    void run() throws IOException;
  }

  Turns(CommandLog commands, Replica replica, Executor worker, Runnable wakeOthers) {
    this.commands = commands;
    this.replica = replica;
    this.worker = worker;
    this.wakeOthers = wakeOthers;
  }

  /** Brings a command into the log. Nothing is locked when its result is told. */
  <R> void submit(Command<R> command, Completable<R> done) {
    Submission<R> submission = new Submission<>(command, done);
    if (queued.get() != 0 || !tryNow(submission)) {
      queued.incrementAndGet();
      queue.add(submission);
      drainSoon();
    }
  }

  private boolean tryNow(Submission<?> submission) {
    boolean wake = false;
    if (!turn.tryLock()) {
      return false;
    }
    try {
      // What waits was submitted before.
      if (closed || queued.get() != 0 || !commands.tryLock()) {
        return false;
      }
      wake = write(List.of(submission));
    } catch (IOException e) {
      replica.breakDown(e);
      return false;
    } finally {
      turn.unlock();
    }
    finish(List.of(submission), wake);
    return true;
  }

  /** Writes, and gives the turn back to others. */
  private boolean write(List<Submission<?>> batch) throws IOException {
    try {
      return replica.write(batch);
    } finally {
      commands.unlock();
    }
  }

  private void finish(List<Submission<?>> batch, boolean wake) {
    if (wake) {
      wakeOthers.run();
    }
    replica.deliver();
    batch.forEach(Submission::complete);
  }

  private void drain() {
    List<Submission<?>> batch = new ArrayList<>();
    Submission<?> next = queue.poll();
    while (next != null) {
      batch.add(next);
      next = batch.size() < BATCH ? queue.poll() : null;
    }
    if (batch.isEmpty()) {
      return;
    }
    boolean wake = false;
    turn.lock();
    try {
      IOException refusal = refusal();
      if (refusal == null && awaitTurn(Long.MAX_VALUE)) {
        wake = write(batch);
      } else {
        IOException why = refusal == null ? refusal() : refusal;
        batch.forEach(each -> each.fail(why));
      }
    } catch (IOException e) {
      replica.breakDown(e);
      batch.forEach(each -> each.fail(e));
    } finally {
      turn.unlock();
    }
    queued.addAndGet(-batch.size());
    finish(batch, wake);
    if (!queue.isEmpty()) {
      drainSoon();
    }
  }

  private void drainSoon() {
    try {
      worker.execute(this::drain);
    } catch (RejectedExecutionException e) {
      // This node has left, or is about to: what waits is told so.
      drain();
    }
  }

  private IOException refusal() {
    Throwable broken = replica.broken();
    if (broken != null) {
      return new IOException("this node is out of the cluster: " + broken.getMessage(), broken);
    }
    return closed ? new IOException("this node has left the cluster") : null;
  }

  /**
   * Waits until it is this node's turn among all nodes.
   *
   * @return false when it took too long, or this was closed
   */
  private boolean awaitTurn(long nanos) throws IOException {
    return await(commands, nanos, () -> closed);
  }

  /** When not to wait any more. */
  @FunctionalInterface
  interface Given {
    boolean up();
  }

  /**
   * Waits for the lock of a log, and says who has it when that takes long.
   *
   * @return false when it took too long, or is not wanted any more
   */
  static boolean await(CommandLog commands, long nanos, Given given) throws IOException {
    long start = System.nanoTime();
    long pause = SHORTEST_NANOS;
    boolean warned = false;
    for (int i = 0; !commands.tryLock(); i++) {
      long waited = System.nanoTime() - start;
      if (waited > nanos || given.up() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (waited > WARN_NANOS && !warned) {
        warned = true;
        log.warn(
            "Waiting to write to the cluster: process "
                + commands.writer()
                + " has its lock, and may be stopped (SIGSTOP, a debugger). Reading goes on.");
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(pause);
        pause = Math.min(LONGEST_NANOS, 2 * pause);
      }
    }
    return true;
  }

  /**
   * Does something while nobody else can write, and writes what comes of it.
   *
   * @param nanos how long to wait for that
   * @param work says what to write; it sees everything that was written before
   * @param last done before others may write again
   * @return false when it could not be this node's turn
   */
  boolean exclusively(long nanos, Supplier<List<Submission<?>>> work, Exclusive last)
      throws IOException {
    List<Submission<?>> batch;
    boolean wake;
    long start = System.nanoTime();
    if (!lockTurn(nanos)) {
      return false;
    }
    try {
      if (closed || !awaitTurn(nanos - (System.nanoTime() - start))) {
        return false;
      }
      try {
        replica.catchUpLocked();
        batch = work.get();
        wake = replica.write(batch);
        last.run();
      } finally {
        commands.unlock();
      }
    } finally {
      turn.unlock();
    }
    finish(batch, wake);
    return true;
  }

  /** Another thread of this node may wait for a node that is stopped. */
  private boolean lockTurn(long nanos) {
    try {
      return turn.tryLock(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Nothing is written any more. */
  void close() {
    // Whoever waits for other nodes gives up then.
    closed = true;
    turn.lock();
    try {
      log.debug("Nothing is written any more");
    } finally {
      turn.unlock();
    }
  }
}
