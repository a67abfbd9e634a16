package org.vertxipc.eventbus;

import java.util.Arrays;

/**
 * Remembers which of the last numbers of one origin have been seen. May be used on any thread.
 *
 * <p>Copies of a message may arrive by several ways. Messages from the origin itself arrive once,
 * and for each bus in the order of their numbers, so an old one need not be a copy: it counts as
 * seen only when the window knows it, or when copies by other ways are known to arrive here.
 */
public final class PublishWindow {
  /** How many numbers are remembered. */
  public static final int SIZE = 1 << 14;

  private final long[] bits = new long[SIZE / Long.SIZE];
  private long highest;
  private boolean relayed;

  /** A window that has seen nothing. */
  public PublishWindow() {}

  /**
   * Remembers a number.
   *
   * @param number of a message, 1 or more
   * @param direct whether it comes from the origin itself
   * @return whether it is seen for the first time
   */
  public synchronized boolean first(long number, boolean direct) {
    relayed |= !direct;
    if (number > highest) {
      forget(number);
      highest = number;
    } else if (highest - number >= SIZE) {
      return direct && !relayed;
    }
    int word = (int) (number & (SIZE - 1)) >> 6;
    long bit = 1L << number;
    boolean first = (bits[word] & bit) == 0;
    bits[word] |= bit;
    return first;
  }

  /** Makes room for the numbers after the highest, up to a new one. */
  private void forget(long number) {
    if (number - highest >= SIZE || number - highest < 0) {
      Arrays.fill(bits, 0);
    } else {
      for (long n = highest + 1; n <= number; n++) {
        bits[(int) (n & (SIZE - 1)) >> 6] &= ~(1L << n);
      }
    }
  }
}
