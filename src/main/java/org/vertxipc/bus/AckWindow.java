package org.vertxipc.bus;

import java.util.Arrays;

/**
 * Positions that are done out of order, and released in order. A number given by {@link #open} may
 * be done once. One thread only.
 */
final class AckWindow {
  private long[] ends = new long[256];
  private boolean[] done = new boolean[256];
  private long first;
  private long next;

  /** A position that is not done yet, behind all others: its number. */
  long open(long end) {
    if (next - first == ends.length) {
      grow();
    }
    int slot = slot(next);
    ends[slot] = end;
    done[slot] = false;
    return next++;
  }

  private int slot(long number) {
    return (int) number & (ends.length - 1);
  }

  private void grow() {
    long[] oldEnds = ends;
    boolean[] oldDone = done;
    ends = Arrays.copyOf(oldEnds, 2 * oldEnds.length);
    done = Arrays.copyOf(oldDone, 2 * oldDone.length);
    for (long n = first; n < next; n++) {
      int from = (int) n & (oldEnds.length - 1);
      ends[slot(n)] = oldEnds[from];
      done[slot(n)] = oldDone[from];
    }
  }

  /** Done: gives the position up to which all are, or -1 when that is no other than before. */
  long done(long number) {
    if (number < first || number >= next) {
      return -1;
    }
    done[slot(number)] = true;
    long end = -1;
    while (first < next && done[slot(first)]) {
      end = ends[slot(first)];
      first++;
    }
    return end;
  }

  /** How many are not done, or wait for one before them. */
  long size() {
    return next - first;
  }
}
