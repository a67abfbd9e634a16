package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.testing.mesh.LedgerEntry.State;

/** The contents of the ledger of one life, except for its messages. */
final class MeshLifeLog {
  final MeshLife life;
  final MeshPlan.Node node;
  final List<PeerChange> peers = new ArrayList<>();

  /** When one of its threads did nothing. */
  final Spans stalls = new Spans();

  private final Map<Integer, MeshPresence> presences = new HashMap<>();
  private final Map<Integer, MeshPresence.Consumer> consumers = new HashMap<>();
  private long closingAt = Long.MAX_VALUE;
  private long lastAt;

  /** A peer has come or gone. */
  record PeerChange(int node, boolean up, long time) {}

  MeshLifeLog(MeshLife life, MeshPlan.Node node) {
    this.life = life;
    this.node = node;
  }

  /** Takes the next entry of its ledger: of those of messages, only the time counts here. */
  void take(LedgerEntry entry) {
    lastAt = Math.max(lastAt, entry.time());
    switch (entry.kind()) {
      case CHANGE -> {
        MeshPresence presence = presence((int) entry.id());
        presence.change(entry);
        MeshPresence.Consumer consumer = presence.consumer(entry.number());
        if (consumer != null) {
          consumers.put(entry.number(), consumer);
        }
      }
      case PEER -> peers.add(new PeerChange(entry.number(), entry.detail() == 1, entry.time()));
      case STALLED -> stalls.add(entry.time(), entry.extra());
      case STATE -> {
        if (entry.state() == State.CLOSING) {
          closingAt = entry.time();
        }
      }
      default -> {
        // It concerns a message.
      }
    }
  }

  /** Called after the last entry. A thread that stood still when it was killed has no entry. */
  void finish() {
    stalls.add(Math.max(lastAt, life.from()), life.endTo());
    presences.values().forEach(presence -> presence.end(end(), life.endTo()));
  }

  MeshPresence presence(int address) {
    return presences.computeIfAbsent(address, a -> new MeshPresence(this));
  }

  MeshPresence.Consumer consumer(int number) {
    return consumers.get(number);
  }

  /** Returns when it was killed, or began to close. */
  long end() {
    return Math.min(life.endFrom(), closingAt);
  }

  /**
   * What was sent before has left the sender's hands when it closes; never for one that was killed.
   */
  long promisedUntil() {
    return isKilled() ? Long.MIN_VALUE : closingAt;
  }

  boolean isKilled() {
    return life.end() == MeshLife.End.KILLED;
  }

  @Override
  public String toString() {
    return node.name() + "-" + life.incarnation() + " (" + node.transport() + ")";
  }
}
