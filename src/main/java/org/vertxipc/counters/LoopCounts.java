package org.vertxipc.counters;

import java.util.Map;

/** What the event loop of a node does for its channels. Counted on the loop, read by anyone. */
public final class LoopCounts {
  /** How often all rings that are awake were looked at. */
  public final Counter polls = new Counter();

  /** How often there was something in one. */
  public final Counter pollsWithWork = new Counter();

  /** How often this node has woken another. */
  public final Counter doorbellsRung = new Counter();

  /** How often another has woken this node. */
  public final Counter doorbellsAnswered = new Counter();

  /** Creates counts that stand at 0. */
  public LoopCounts() {}

  /**
   * Shows them.
   *
   * @param set where they are removed with this object
   * @param tags which loop it is, if there are several
   */
  public void show(CounterSet set, Map<String, String> tags) {
    set.count(this, "polls", tags, polls::sum);
    set.count(this, "polls.found", tags, pollsWithWork::sum);
    set.count(this, "doorbells.rung", tags, doorbellsRung::sum);
    set.count(this, "doorbells.answered", tags, doorbellsAnswered::sum);
  }
}
