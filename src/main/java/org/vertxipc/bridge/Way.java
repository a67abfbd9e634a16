package org.vertxipc.bridge;

import java.util.Arrays;
import org.vertxipc.wire.MessageDecoder;

/**
 * The way of a send or request: the incarnations of the Vert.x instances that it came through, in
 * order, and of those that were tried and gave it back. The latter have their lowest bit set, which
 * is never set in an incarnation. The way travels with the message, so that nobody has to remember
 * it.
 */
final class Way {
  static final long[] NONE = {};

  private static final long TRIED = 1;

  private Way() {}

  /** Returns whether a Vert.x is on the way, so that it is not tried again. */
  static boolean has(long[] way, long vertx) {
    for (long w : way) {
      if ((w & ~TRIED) == vertx) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether a Vert.x was tried; for the sender's own, that no consumer there may have it.
   */
  static boolean isTried(long[] way, long vertx) {
    return indexOf(way, vertx | TRIED) >= 0;
  }

  /**
   * Returns how many entries come before a Vert.x through which the message came; -1 when it did
   * not.
   */
  static int indexOf(long[] way, long vertx) {
    for (int i = 0; i < way.length; i++) {
      if (way[i] == vertx) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Returns the last Vert.x through which the message came before a position on the way; 0 when
   * there is none.
   */
  static long before(long[] way, int place) {
    for (int i = place - 1; i >= 0; i--) {
      if ((way[i] & TRIED) == 0) {
        return way[i];
      }
    }
    return 0;
  }

  /** Returns the way with one more Vert.x that was tried. */
  static long[] tried(long[] way, long vertx) {
    return plus(way, vertx | TRIED);
  }

  /** Returns the way through one more Vert.x. */
  static long[] through(long[] way, long vertx) {
    return plus(way, vertx);
  }

  private static long[] plus(long[] way, long entry) {
    long[] longer = Arrays.copyOf(way, way.length + 1);
    longer[way.length] = entry;
    return longer;
  }

  /** Returns whether it is longer than a message may contain. */
  static boolean isTooLong(long[] way) {
    return way.length > MessageDecoder.MAX_WAY;
  }
}
