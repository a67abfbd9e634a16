package org.vertxipc.testing.mesh;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Checks that live nodes get answers from each other, as long as neither is stopped. */
final class MeshWatch {
  private static final long WEDGED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final MeshFindings findings;
  private final long[][] answers;
  private final long[][] since;

  MeshWatch(int nodes, MeshFindings findings) {
    this.findings = findings;
    this.answers = new long[nodes][nodes];
    this.since = new long[nodes][nodes];
  }

  /**
   * Looks at all pairs.
   *
   * @param up their ledgers; null for one that is down, not up yet, stopped, or about to end
   * @return whether some pair was found wedged just now
   */
  boolean look(List<Ledger> up, long now) {
    boolean found = false;
    for (int i = 0; i < answers.length; i++) {
      for (int j = 0; j < answers.length; j++) {
        if (i != j && wedged(up.get(i), up.get(j), i, j, now)) {
          String what = "n%d has got no answer from n%d for 10 s".formatted(i, j);
          findings.add(MeshFinding.WEDGED, what);
          found = true;
        }
      }
    }
    return found;
  }

  private boolean wedged(Ledger one, Ledger other, int i, int j, long now) {
    if (one == null || other == null) {
      since[i][j] = now;
      return false;
    }
    long count = one.answers(j);
    if (count != answers[i][j]) {
      answers[i][j] = count;
      since[i][j] = now;
    }
    if (now - since[i][j] < WEDGED_NANOS) {
      return false;
    }
    since[i][j] = now;
    return true;
  }

  /** Returns how many answers all lives that are up have got so far. */
  static long[][] answers(List<Ledger> up) {
    long[][] answers = new long[up.size()][up.size()];
    for (int i = 0; i < up.size(); i++) {
      for (int j = 0; j < up.size(); j++) {
        answers[i][j] = up.get(i) == null ? 0 : up.get(i).answers(j);
      }
    }
    return answers;
  }
}
