package org.vertxipc.channel.ring;

import java.util.ArrayList;
import java.util.List;
import org.vertxipc.reactor.Reactor;

/**
 * Looks at all rings of a node, in turns of the event loop: other tasks and descriptors have their
 * turn in between, and no ring can starve another.
 */
final class RingPoller {
  // Bytes a ring gives in one turn.
  private static final int TURN_BYTES = 128 * 1024;
  // How long one idle turn looks for work before the loop may do something else.
  private static final long IDLE_TURN_NANOS = 2_000;

  private final Reactor reactor;
  private final IdlePolicy policy;
  private final List<RingInbound> rings = new ArrayList<>();
  private final Runnable nextTurn;
  private final Runnable pollAgain;
  private boolean queued;
  private boolean parked;
  private long idleSince;
  private Runnable cancelInterval;

  RingPoller(Reactor reactor, IdlePolicy policy) {
    this.reactor = reactor;
    this.policy = policy;
    this.nextTurn = reactor.perTurn(this::turn);
    this.pollAgain =
        reactor.perTurn(
            () -> {
              queued = false;
              pollUntilNothing();
            });
  }

  void add(RingInbound ring) {
    rings.add(ring);
    if (policy.mode() == IdlePolicy.Mode.POLL) {
      if (cancelInterval == null) {
        cancelInterval =
            reactor.every(policy.intervalNanos(), reactor.bind(this::pollUntilNothing));
      }
    } else {
      wake();
    }
  }

  void remove(RingInbound ring) {
    rings.remove(ring);
    if (rings.isEmpty() && cancelInterval != null) {
      cancelInterval.run();
      cancelInterval = null;
    }
  }

  /** A doorbell rang. */
  void wake() {
    if (policy.mode() == IdlePolicy.Mode.POLL) {
      return;
    }
    if (parked) {
      parked = false;
      for (RingInbound ring : rings) {
        ring.unpark();
      }
    }
    idleSince = 0;
    enqueue();
  }

  private void enqueue() {
    if (!queued && !rings.isEmpty()) {
      queued = true;
      nextTurn.run();
    }
  }

  private void turn() {
    queued = false;
    if (parked) {
      return;
    }
    if (pollAll()) {
      idleSince = 0;
    } else if (idle()) {
      return;
    }
    enqueue();
  }

  // True when the poller went to sleep.
  @SuppressWarnings("ThreadPriorityCheck") // A hint is all that yield is meant to be here.
  private boolean idle() {
    long now = System.nanoTime();
    if (idleSince == 0) {
      idleSince = now;
    }
    long turnEnds = now + IDLE_TURN_NANOS;
    do {
      if (anyReady()) {
        return false;
      }
      Thread.onSpinWait();
      now = System.nanoTime();
    } while (now - turnEnds < 0);
    // A spinning loop must not keep a core from the very thread that has something to say: on a
    // machine with few cores that is the consumer, or the caller's own loop.
    Thread.yield();
    return policy.mode() == IdlePolicy.Mode.PARK
        && now - idleSince >= policy.spinNanos()
        && parkAll();
  }

  private boolean anyReady() {
    for (int i = 0; i < rings.size(); i++) {
      if (rings.get(i).isReady()) {
        return true;
      }
    }
    return false;
  }

  private boolean parkAll() {
    for (int i = 0; i < rings.size(); i++) {
      if (!rings.get(i).park()) {
        for (int j = 0; j < i; j++) {
          rings.get(j).unpark();
        }
        return false;
      }
    }
    parked = true;
    return true;
  }

  private boolean pollAll() {
    boolean worked = false;
    // By index, from the end: a ring may be removed while it is polled.
    for (int i = rings.size() - 1; i >= 0; i--) {
      if (i < rings.size()) {
        worked |= rings.get(i).poll(TURN_BYTES);
      }
    }
    return worked;
  }

  private void pollUntilNothing() {
    // Bounded by what each ring gives in one turn; the rest waits for one more turn of the loop.
    if (!queued && pollAll()) {
      queued = true;
      pollAgain.run();
    }
  }
}
