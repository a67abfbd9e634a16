package org.vertxipc.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.shareddata.Lock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.vertxipc.machine.LockCommand;

/** The locks that a node has, and those that it waits for. Thread-safe. */
public final class ClusterLocks {
  private static final Logger log = LoggerFactory.getLogger(ClusterLocks.class);

  private final Vertx vertx;
  private final ClusterNode node;
  private final String self;
  private final AtomicLong tickets = new AtomicLong();
  private final Map<Long, Waiter> waiting = new ConcurrentHashMap<>();

  /**
   * The locks of a node.
   *
   * @param vertx keeps the time
   * @param node of the cluster
   * @param self its name
   */
  public ClusterLocks(Vertx vertx, ClusterNode node, String self) {
    this.vertx = vertx;
    this.node = node;
    this.self = self;
  }

  private record Waiter(String lock, Completable<Lock> done, AtomicLong timer) {}

  /**
   * Takes a lock.
   *
   * @param lock its name
   * @param millis how long to wait for it
   * @param done is told the lock, or that it took too long
   */
  public void acquire(String lock, long millis, Completable<Lock> done) {
    long ticket = tickets.incrementAndGet();
    Waiter waiter = new Waiter(lock, done, new AtomicLong(-1));
    waiting.put(ticket, waiter);
    node.submit(
        new LockCommand.Acquire(lock, self, ticket),
        (holds, failure) -> {
          if (failure != null) {
            fail(ticket, failure);
          } else if (holds) {
            granted(lock, ticket);
          } else if (millis > 0) {
            waiter.timer().set(vertx.setTimer(millis, id -> timedOut(lock, ticket)));
            if (!waiting.containsKey(ticket)) {
              // It was granted before there was a timer.
              vertx.cancelTimer(waiter.timer().get());
            }
          } else {
            timedOut(lock, ticket);
          }
        });
  }

  private void timedOut(String lock, long ticket) {
    node.submit(
        new LockCommand.Cancel(lock, self, ticket),
        (cancelled, failure) -> {
          if (failure != null) {
            fail(ticket, failure);
          } else if (cancelled) {
            fail(ticket, new IllegalStateException("Timed out waiting to get lock " + lock));
          }
          // Else it was granted before it was cancelled, which is told on its own.
        });
  }

  private void fail(long ticket, Throwable why) {
    Waiter waiter = waiting.remove(ticket);
    if (waiter != null) {
      waiter.done().fail(why);
    }
  }

  /**
   * A ticket holds its lock.
   *
   * @param lock its name
   * @param ticket which
   */
  public void granted(String lock, long ticket) {
    Waiter waiter = waiting.remove(ticket);
    if (waiter != null) {
      long timer = waiter.timer().get();
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
      waiter.done().succeed(new Held(lock, ticket));
    }
  }

  /**
   * This node is out of the cluster.
   *
   * @param why for those who wait
   */
  public void failAll(Throwable why) {
    waiting.keySet().forEach(ticket -> fail(ticket, why));
  }

  private final class Held implements Lock {
    private final String lock;
    private final long ticket;
    private final AtomicBoolean released = new AtomicBoolean();

    private Held(String lock, long ticket) {
      this.lock = lock;
      this.ticket = ticket;
    }

    @Override
    public void release() {
      if (released.compareAndSet(false, true)) {
        node.submit(
            new LockCommand.Release(lock, self, ticket),
            (had, failure) -> {
              if (failure != null) {
                // Whoever is out of the cluster has no locks any more.
                log.debug("Lock " + lock + " is not released by this node", failure);
              }
            });
      }
    }
  }
}
