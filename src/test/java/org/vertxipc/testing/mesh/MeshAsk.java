package org.vertxipc.testing.mesh;

import org.vertxipc.testing.mesh.LedgerEntry.Outcome;

/** A request that a consumer made in its reply to another. */
final class MeshAsk {
  final long id;
  final MeshLifeLog life;
  final long askedAt;
  final int timeoutMillis;
  long answeredAt;
  Outcome outcome;

  MeshAsk(MeshLifeLog life, LedgerEntry asked) {
    this.id = asked.id();
    this.life = life;
    this.askedAt = asked.time();
    this.timeoutMillis = asked.number();
  }
}
