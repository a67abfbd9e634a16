package org.vertxipc.wire;

import org.vertxipc.counters.Counter;

/**
 * How frames went into a sink. Counted on the thread of their sender, read by anyone.
 *
 * @param full how often a frame found no room, and had to wait
 * @param fragments how many records were only a part of a frame
 */
public record SendCounts(Counter full, Counter fragments) {
  /** Creates counts that stand at 0. */
  public SendCounts() {
    this(new Counter(), new Counter());
  }
}
