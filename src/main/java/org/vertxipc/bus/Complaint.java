package org.vertxipc.bus;

import java.util.HashSet;
import java.util.Set;

/**
 * What has been said of a peer with which something goes wrong again and again: each kind of
 * failure is said once until this is over. One thread only: the bus's context.
 */
final class Complaint {
  // A peer that fails in ever new ways is complained of again.
  private static final int MOST_KINDS = 16;

  private final Set<String> said = new HashSet<>();
  private int failures;
  private boolean broke;

  /**
   * Counts a failure; returns whether it is of a kind that has not been said.
   *
   * @param kind tells it from others
   * @param ofConnection whether there was a connection, which it has ended
   */
  boolean isNew(String kind, boolean ofConnection) {
    failures++;
    broke |= ofConnection;
    if (said.size() >= MOST_KINDS) {
      said.clear();
    }
    return said.add(kind);
  }

  /** Returns whether a connection has ended once, and nothing else has failed since. */
  boolean isFirstOfConnection() {
    return broke && failures == 1;
  }

  /** Returns how many failures there have been since the last one was over. */
  int failures() {
    return failures;
  }

  /** Returns whether a new connection may end as the last one did. */
  boolean isOfConnection() {
    return broke;
  }

  /** Returns how many failures there have been, and forgets them. */
  int over() {
    int count = failures;
    failures = 0;
    broke = false;
    said.clear();
    return count;
  }
}
