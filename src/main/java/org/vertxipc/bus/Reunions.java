package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Meets lost peers again that may be alive: one that was cut off, or could not be connected because
 * something ran short, or that has cut this node off. They are checked at intervals that grow as
 * long as this fails. One thread only: the bus's context.
 */
final class Reunions {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;
  // A peer that was there for this long has overcome what was wrong with it.
  private static final long WELL_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * LONGEST_MILLIS);

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

  /** Plans to check a lost peer later; returns in how many milliseconds. */
  long plan(LivePeer peer) {
    String node = peer.name();
    Reunion reunion = byNode.get(node);
    if (reunion == null || reunion.incarnation != peer.incarnation()) {
      forget(node);
      reunion = new Reunion(peer.incarnation());
      byNode.put(node, reunion);
    }
    boolean first = reunion.delay == 0 || peer.hasBeenThere(WELL_NANOS);
    reunion.delay = first ? FIRST_MILLIS : Math.min(2 * reunion.delay, LONGEST_MILLIS);
    cancel(reunion);
    Reunion planned = reunion;
    reunion.timer =
        context
            .owner()
            .setTimer(
                reunion.delay,
                id -> {
                  planned.timer = -1;
                  look.again(node, planned.incarnation);
                });
    return reunion.delay;
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
