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
import org.vertxipc.cluster.Replica.Written;
import org.vertxipc.log.CommandLog;
import org.vertxipc.machine.Command;

/**
 * Brings commands into the log: at once, on the thread that submits them, when it can be this
 * node's turn without waiting and there is room; else on a worker thread, as many at once as have
 * come meanwhile. Commands of one thread keep their order. Thread-safe.
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

  private void drainSoon() {
    try {
      worker.execute(this::drain);
    } catch (RejectedExecutionException e) {
      log.debug("There is no worker any more: this node has left", e);
      // It only fails now what has come too late.
      drain();
    }
  }

  private boolean tryNow(Submission<?> submission) {
    Written written;
    if (!turn.tryLock()) {
      return false;
    }
    try {
      // What waits was submitted before.
      if (closed || queued.get() != 0 || !commands.tryLock()) {
        return false;
      }
      // The thread may be that of an event loop, and to compact a log takes long.
      written = inTurn(() -> replica.writeIfRoom(submission));
    } catch (IOException e) {
      replica.breakDown(e);
      return false;
    } finally {
      turn.unlock();
    }
    if (written == Written.NOTHING) {
      return false;
    }
    finish(List.of(submission), written);
    return true;
  }

  /** Writes, and gives the turn back to others. */
  private Written inTurn(Supplier<Written> write) throws IOException {
    try {
      return write.get();
    } finally {
      commands.unlock();
    }
  }

  private void finish(List<Submission<?>> batch, Written written) {
    if (written == Written.ALL_WAKE) {
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
    Written written = Written.ALL;
    turn.lock();
    try {
      IOException refusal = refusal();
      if (refusal == null && awaitTurn(Long.MAX_VALUE)) {
        written = inTurn(() -> replica.write(batch));
      } else {
        IOException why = refusal();
        IOException noTurn = new IOException("this node was interrupted while it waited to write");
        batch.forEach(each -> each.fail(why == null ? noTurn : why));
      }
    } catch (IOException e) {
      replica.breakDown(e);
      batch.forEach(each -> each.fail(e));
    } finally {
      turn.unlock();
      queued.addAndGet(-batch.size());
    }
    finish(batch, written);
    if (!queue.isEmpty()) {
      drainSoon();
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
    Written written;
    long start = System.nanoTime();
    // Another thread of this node may wait for its turn, for as long as a process is stopped.
    if (!tryTurn(nanos)) {
      return false;
    }
    try {
      if (closed || !awaitTurn(nanos - (System.nanoTime() - start))) {
        return false;
      }
      try {
        replica.catchUpLocked();
        batch = work.get();
        written = replica.write(batch);
        last.run();
      } finally {
        commands.unlock();
      }
    } finally {
      turn.unlock();
    }
    finish(batch, written);
    return true;
  }

  private boolean tryTurn(long nanos) throws IOException {
    try {
      return turn.tryLock(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Nothing more is written by this node from now on. Does not wait for what is being written. */
  void end() {
    closed = true;
  }

  /** Nothing is written any more. */
  void close() {
    // Whoever waits for other nodes gives up then.
    end();
    turn.lock();
    try {
      log.debug("Nothing is written any more");
    } finally {
      turn.unlock();
    }
  }
}
