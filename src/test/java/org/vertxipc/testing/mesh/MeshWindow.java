package org.vertxipc.testing.mesh;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Bounds what one sender has under way to each peer, however slow the peer is: each message costs
 * units, which come back when a later request is answered. May be used on any thread, but units are
 * taken on one only.
 */
final class MeshWindow {
  private static final int UNITS = 16;
  private static final int UNIT_BYTES = 4096;
  private static final long PATIENCE_NANOS = 300_000_000;

  private final int nodes;
  private final AtomicIntegerArray free;
  private final AtomicIntegerArray used;
  private final AtomicIntegerArray asking;
  private final long[] asked;

  MeshWindow(int nodes) {
    this.nodes = nodes;
    this.free = new AtomicIntegerArray(nodes);
    this.used = new AtomicIntegerArray(nodes);
    this.asking = new AtomicIntegerArray(nodes);
    this.asked = new long[nodes];
    for (int i = 0; i < nodes; i++) {
      free.set(i, UNITS);
    }
  }

  /** Takes units for a message to some nodes, a bit for each; false when one of them has none. */
  boolean take(int to, int bytes) {
    for (int i = 0; i < nodes; i++) {
      if ((to >> i & 1) != 0 && free.get(i) <= 0) {
        return false;
      }
    }
    int units = 1 + bytes / UNIT_BYTES;
    for (int i = 0; i < nodes; i++) {
      if ((to >> i & 1) != 0) {
        free.addAndGet(i, -units);
        used.addAndGet(i, units);
      }
    }
    return true;
  }

  /**
   * Returns how many units to ask a peer for, or -1 when it is not to be asked.
   *
   * @param now the time, because a peer is also asked now and then when it has nothing to give
   *     back; 0 when it is not to be asked then
   */
  int ask(int peer, long now) {
    boolean none = used.get(peer) == 0 && (now == 0 || now - asked[peer] < PATIENCE_NANOS);
    if (none || asking.get(peer) != 0) {
      return -1;
    }
    asking.set(peer, 1);
    asked[peer] = now;
    return used.getAndSet(peer, 0);
  }

  /** Returns whether every peer has read all that was sent to it. */
  boolean isIdle() {
    for (int i = 0; i < nodes; i++) {
      if (asking.get(i) != 0 || used.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Gives units back, because the peer has read the messages, or is gone. */
  void giveBack(int peer, int units) {
    free.addAndGet(peer, units);
    asking.set(peer, 0);
  }
}
