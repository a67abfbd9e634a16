package org.vertxipc.testing.mesh;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.vertxipc.IpcPeer;

/** What a node knows about its peers: who exports what. */
final class MeshView {
  private final MeshPlan plan;
  private final Ledger ledger;
  private final AtomicIntegerArray exporters;
  private final AtomicIntegerArray up;

  MeshView(MeshPlan plan, Ledger ledger) {
    this.plan = plan;
    this.ledger = ledger;
    this.exporters = new AtomicIntegerArray(plan.addresses().size());
    this.up = new AtomicIntegerArray(plan.nodes().size());
  }

  /** Takes news of a peer from the bridge. */
  void on(IpcPeer peer) {
    int node = plan.node(peer.node());
    if (node < 0) {
      return;
    }
    if (up.getAndSet(node, peer.up() ? 1 : 0) != (peer.up() ? 1 : 0)) {
      ledger.add(LedgerEntry.Kind.PEER, peer.up() ? 1 : 0, node, 0);
    }
    List<String> exports = peer.up() ? peer.exports() : List.of();
    for (MeshPlan.Address address : plan.addresses()) {
      int bit = 1 << node;
      boolean there = exports.contains(address.name());
      exporters.getAndUpdate(address.number(), bits -> there ? bits | bit : bits & ~bit);
    }
  }

  /** Returns who exports an address, a bit for each node; this node is not among them. */
  int exporters(MeshPlan.Address address) {
    return exporters.get(address.number());
  }
}
