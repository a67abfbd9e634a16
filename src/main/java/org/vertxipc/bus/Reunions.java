package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Meets lost peers again that may be alive: one that was cut off, or could not be connected because
 * something ran short, or that has cut this node off. They are checked at intervals that grow as
 * long as this fails, and what fails is said once. One thread only: the bus's context.
 */
final class Reunions {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;

  /** A peer that was there for this long has overcome what was wrong with it. */
  static final long WELL_MILLIS = 2 * LONGEST_MILLIS;

  private static final long WELL_NANOS = TimeUnit.MILLISECONDS.toNanos(WELL_MILLIS);

  // The entry of a node that nobody has lost. It makes the JVM load the class now, because loading
  // it later takes a descriptor, and there may be none left.
  private static final Reunion NONE = new Reunion(0);

  private final ContextInternal context;
  private final Look look;
  private final Map<String, Reunion> byNode = new HashMap<>();

  /** Meets a peer again, if it is alive. */
  interface Look {
    void again(String node, long incarnation);
  }

  private static final class Reunion {
    private final long incarnation;
    private final Complaint complaint = new Complaint();
    private long delay;
    private long timer = -1;

    Reunion(long incarnation) {
      this.incarnation = incarnation;
    }
  }

  Reunions(ContextInternal context, Look look) {
    this.context = context;
    this.look = look;
  }

  /**
   * Plans to check a lost peer later; returns in how many milliseconds.
   *
   * @param lasting whether what is wrong will stay, so that there is no hurry
   */
  long plan(LivePeer peer, boolean lasting) {
    Reunion reunion = of(peer.name(), peer.incarnation());
    if (peer.hasBeenThere(WELL_NANOS)) {
      reunion.delay = 0;
      reunion.complaint.over();
    }
    return plan(peer.name(), reunion, lasting);
  }

  /** Plans to check a node once more, because nobody can tell now whether it is alive. */
  long postpone(String node, long incarnation) {
    return plan(node, of(node, incarnation), false);
  }

  private Reunion of(String node, long incarnation) {
    Reunion reunion = byNode.get(node);
    if (reunion == null || reunion.incarnation != incarnation) {
      forget(node);
      reunion = new Reunion(incarnation);
      byNode.put(node, reunion);
    }
    return reunion;
  }

  private long plan(String node, Reunion reunion, boolean lasting) {
    cancel(reunion);
    if (lasting) {
      reunion.delay = LONGEST_MILLIS;
    } else {
      reunion.delay = Math.max(FIRST_MILLIS, Math.min(2 * reunion.delay, LONGEST_MILLIS));
    }
    reunion.timer =
        context
            .owner()
            .setTimer(
                reunion.delay,
                id -> {
                  reunion.timer = -1;
                  look.again(node, reunion.incarnation);
                });
    return reunion.delay;
  }

  /** Returns what has been said of a node; of one that nobody has lost, nothing. */
  Complaint complaint(String node) {
    return byNode.getOrDefault(node, NONE).complaint;
  }

  /** Returns whether a peer was lost before, or could not be connected. */
  boolean isOf(LivePeer peer) {
    return byNode.getOrDefault(peer.name(), NONE).incarnation == peer.incarnation();
  }

  /** Returns whether a peer must not be met yet. */
  boolean isPlanned(String node, long incarnation) {
    Reunion reunion = byNode.getOrDefault(node, NONE);
    return reunion.timer >= 0 && reunion.incarnation == incarnation;
  }

  /** A node is dead, or has left. */
  void forget(String node) {
    Reunion reunion = byNode.remove(node);
    if (reunion != null) {
      cancel(reunion);
    }
  }

  private void cancel(Reunion reunion) {
    if (reunion.timer >= 0) {
      context.owner().cancelTimer(reunion.timer);
      reunion.timer = -1;
    }
  }

  void close() {
    byNode.values().forEach(this::cancel);
    byNode.clear();
  }
}
