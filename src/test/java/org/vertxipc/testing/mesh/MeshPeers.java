package org.vertxipc.testing.mesh;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks for peers that were taken for gone and were not: a stopped peer is not gone. */
final class MeshPeers {
  /** How late a node may learn that a peer has come. */
  private static final long BEHIND = TimeUnit.SECONDS.toNanos(10);

  private MeshPeers() {}

  static void check(MeshHistory history, MeshFindings findings) {
    for (MeshLifeLog log : history.lives) {
      Map<Integer, Long> cameAt = new HashMap<>();
      for (MeshLifeLog.PeerChange change : log.peers) {
        if (change.up()) {
          cameAt.put(change.node(), change.time());
        } else if (change.time() < log.end()) {
          long since = cameAt.getOrDefault(change.node(), log.life.from()) - BEHIND;
          boolean ended =
              history.lives.stream()
                  .filter(other -> other.node.number() == change.node())
                  .anyMatch(other -> other.end() > since && other.end() <= change.time());
          if (!ended) {
            String peer = history.plan.nodes().get(change.node()).name();
            findings.add(
                MeshFinding.CUT_OFF,
                "%s lost %s %s".formatted(log, peer, history.at(change.time())));
          }
        }
      }
    }
  }
}
