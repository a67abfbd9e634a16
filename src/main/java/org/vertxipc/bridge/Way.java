package org.vertxipc.bridge;

import java.util.Arrays;
import org.vertxipc.wire.MessageDecoder;

/**
 * The way of a send or request: the incarnations of the Vert.x that it came through, in order, and
 * of those that were tried and gave it back. The latter have their lowest bit set, which is never
 * set in an incarnation. It travels with the message, so that nobody has to remember it.
 */
final class Way {
  static final long[] NONE = {};

  private static final long TRIED = 1;

  private Way() {}

  /** Whether a Vert.x is on the way: no reason to try it again. */
  static boolean has(long[] way, long vertx) {
    for (long w : way) {
      if ((w & ~TRIED) == vertx) {
        return true;
      }
    }
    return false;
  }

  /** Whether a Vert.x was tried: of that of the sender, that no consumer there is to have it. */
  static boolean isTried(long[] way, long vertx) {
    return indexOf(way, vertx | TRIED) >= 0;
  }

  /** How many come before a Vert.x through which the message came; -1 when it did not. */
  static int indexOf(long[] way, long vertx) {
    for (int i = 0; i < way.length; i++) {
      if (way[i] == vertx) {
        return i;
      }
    }
    return -1;
  }

  /** The last Vert.x through which the message came before a place on the way; 0 for none. */
  static long before(long[] way, int place) {
    for (int i = place - 1; i >= 0; i--) {
      if ((way[i] & TRIED) == 0) {
        return way[i];
      }
    }
    return 0;
  }

  /** The way with one more that was tried. */
  static long[] tried(long[] way, long vertx) {
    return plus(way, vertx | TRIED);
  }

  /** The way through one more. */
  static long[] through(long[] way, long vertx) {
    return plus(way, vertx);
  }

  private static long[] plus(long[] way, long entry) {
    long[] longer = Arrays.copyOf(way, way.length + 1);
    longer[way.length] = entry;
    return longer;
  }

  /** Whether it has become longer than a message may say. */
  static boolean isTooLong(long[] way) {
    return way.length > MessageDecoder.MAX_WAY;
  }
}
