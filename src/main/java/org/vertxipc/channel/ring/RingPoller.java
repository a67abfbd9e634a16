package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vertxipc.counters.LoopCounts;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Mapping;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.reactor.Repeater;

/**
 * Checks the rings of a node, in tasks of the event loop: other tasks have their turn in between,
 * and no ring can starve another. A ring that has been silent for a while is not checked until its
 * doorbell rings, so that the cost of the others does not grow with the number of nodes.
 */
public final class RingPoller {
  /** What to do when there is nothing to take. */
  private enum Idle {
    /** Check again for a bounded time, then sleep until the doorbell rings. */
    PARK,
    /** Check again for ever. */
    SPIN,
    /** Check again at a fixed interval. */
    POLL
  }

  // How many bytes one ring gives in one turn.
  private static final int TURN_BYTES = 16 * 1024;
  // How long the loop's descriptors wait at most.
  private static final long DESCRIPTORS_NANOS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(RingPoller.class);

  private final Reactor reactor;
  private final LoopCounts counts;
  private final Idle idle;
  private final long spinNanos;
  private final long intervalNanos;
  // The rings that are checked.
  private final List<PolledRing> rings = new ArrayList<>();
  private final Runnable poll;
  private final Repeater turns;
  private final Runnable pollAgain;
  private final YieldPace pace = new YieldPace();
  private boolean queued;
  private Runnable cancelInterval;

  /**
   * Creates a poller without rings.
   *
   * @param reactor runs its tasks
   * @param options what to do when there is nothing to take
   */
  public RingPoller(Reactor reactor, IdleOptions options) {
    this.reactor = reactor;
    this.counts = reactor.counts();
    this.idle = Idle.valueOf(options.getStrategy().toUpperCase(Locale.ROOT));
    this.spinNanos = options.getSpinMicros() * 1_000L;
    this.intervalNanos = options.getIntervalMicros() * 1_000L;
    // This is not bound to the context, because dispatching a check that finds nothing costs more
    // than the check.
    this.turns = new Repeater(reactor, this::turn, DESCRIPTORS_NANOS);
    this.poll = reactor.bind(this::pollAll);
    this.pollAgain =
        reactor.perTurn(
            () -> {
              queued = false;
              pollUntilNothing();
            });
  }

  void add(PolledRing ring) {
    if (idle == Idle.POLL) {
      rings.add(ring);
      if (cancelInterval == null) {
        cancelInterval = reactor.every(intervalNanos, reactor.bind(this::pollUntilNothing));
      }
    } else {
      wake(ring);
    }
  }

  void remove(PolledRing ring) {
    rings.remove(ring);
    if (rings.isEmpty() && cancelInterval != null) {
      cancelInterval.run();
      cancelInterval = null;
    }
  }

  /** A doorbell rang. */
  void wake(PolledRing ring) {
    if (idle == Idle.POLL) {
      return;
    }
    if (ring.unpark() && !rings.contains(ring)) {
      rings.add(ring);
    }
    enqueue(System.nanoTime());
  }

  private void enqueue(long now) {
    if (!queued && !rings.isEmpty()) {
      queued = true;
      turns.again(now);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // Yield is meant as a hint only here.
  private void turn() {
    queued = false;
    long now = System.nanoTime();
    counts.polls.increment();
    try {
      if (look(now)) {
        counts.pollsWithWork.increment();
        poll.run();
        pace.worked(now);
      } else if (pace.isDue(now)) {
        // A spinning loop must not keep a core from the very thread that has something to send: on
        // a machine with few cores that is the consumer, or the caller's own loop.
        Thread.yield();
        long from = now;
        now = System.nanoTime();
        pace.yielded(from, now);
      }
    } catch (InternalError e) {
      // A ring catches its own faults, but compiled code may get one only when it has left the
      // ring's code.
      faulted(e);
    } finally {
      // Whatever happened, rings that are neither checked nor parked would be silent forever.
      enqueue(now);
    }
  }

  private boolean look(long now) {
    boolean ready = false;
    boolean fragile = false;
    // By index, from the end, because rings may be removed while one is checked.
    for (int i = rings.size() - 1; i >= 0; i--) {
      if (i < rings.size()) {
        PolledRing ring = rings.get(i);
        ready |= look(ring, now);
        fragile |= ring.isFragile();
      }
    }
    if (fragile) {
      raiseFault();
    }
    return ready;
  }

  private void raiseFault() {
    try {
      Mapping.raiseFault();
    } catch (InternalError e) {
      faulted(e);
    }
  }

  /** Finds the ring whose memory was truncated, and breaks it. */
  void faulted(InternalError fault) {
    boolean whole = true;
    for (PolledRing ring : List.copyOf(rings)) {
      whole &= ring.endIfDamaged(fault);
    }
    if (whole) {
      // The fault concerns a writing end, which checks its memory when it is next used, or memory
      // of somebody else.
      log.warn("A memory fault outside the rings that are read here", fault);
    }
  }

  private boolean pollAll() {
    boolean worked = false;
    // By index, from the end, because a ring may be removed while it is polled.
    for (int i = rings.size() - 1; i >= 0; i--) {
      if (i < rings.size()) {
        worked |= rings.get(i).poll(TURN_BYTES);
      }
    }
    return worked;
  }

  private boolean look(PolledRing ring, long now) {
    if (ring.isReady()) {
      return true;
    }
    if (idle == Idle.PARK && ring.silentFor(now) >= spinNanos && ring.park()) {
      rings.remove(ring);
    }
    return false;
  }

  private void pollUntilNothing() {
    // This is bounded by what each ring gives in one turn; the rest waits for one more turn of the
    // loop.
    if (queued) {
      return;
    }
    counts.polls.increment();
    if (pollAll()) {
      counts.pollsWithWork.increment();
      queued = true;
      pollAgain.run();
    }
  }
}
