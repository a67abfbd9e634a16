package org.vertxipc.bridge;

import java.util.Arrays;
import java.util.function.Consumer;
import org.vertxipc.eventbus.Requester;

/**
 * The requesters that wait for a peer's reply, in a flat table. A correlation is a slot and the
 * number of times the slot was used, so that a late or invented reply finds nothing. One thread
 * only.
 */
final class Pending {
  // How many slots one sweep checks, so that it does not hold up the event loop.
  private static final int SWEEP = 4_096;

  private Requester[] requesters = new Requester[64];
  private int[] uses = new int[64];
  // A free slot holds the index of the next free one.
  private int[] next = new int[64];
  private int free = -1;
  private int fresh;
  private int size;
  private int swept;

  /** Adds a requester; returns its correlation, which is never 0. */
  long add(Requester requester) {
    int slot;
    if (free >= 0) {
      slot = free;
      free = next[slot];
    } else {
      slot = fresh++;
      if (slot == requesters.length) {
        grow();
      }
    }
    requesters[slot] = requester;
    size++;
    uses[slot] = uses[slot] == Integer.MAX_VALUE ? 1 : uses[slot] + 1;
    return correlation(slot);
  }

  private long correlation(int slot) {
    return ((long) uses[slot] << 32) | (slot & 0xffff_ffffL);
  }

  private void grow() {
    int length = requesters.length * 2;
    requesters = Arrays.copyOf(requesters, length);
    uses = Arrays.copyOf(uses, length);
    next = Arrays.copyOf(next, length);
  }

  /** Removes and returns a requester; null when nobody waits under that correlation. */
  Requester remove(long correlation) {
    int slot = (int) correlation;
    if (slot < 0 || slot >= fresh || uses[slot] != (int) (correlation >>> 32)) {
      return null;
    }
    Requester requester = requesters[slot];
    if (requester != null) {
      requesters[slot] = null;
      next[slot] = free;
      free = slot;
      size--;
    }
    return requester;
  }

  int size() {
    return size;
  }

  /** Removes some of the requesters whose time is over; repeated calls reach all of them. */
  void sweep(long now) {
    int looks = Math.min(SWEEP, fresh);
    for (int i = 0; i < looks; i++) {
      swept = swept + 1 < fresh ? swept + 1 : 0;
      Requester requester = requesters[swept];
      if (requester != null && !requester.isWaiting(now)) {
        remove(correlation(swept));
      }
    }
  }

  /** Removes all requesters and passes each to a consumer. */
  void drain(Consumer<Requester> each) {
    for (int slot = 0; slot < fresh; slot++) {
      Requester requester = requesters[slot];
      if (requester != null) {
        remove(correlation(slot));
        each.accept(requester);
      }
    }
  }
}
