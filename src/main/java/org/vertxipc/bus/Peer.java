package org.vertxipc.bus;

import org.vertxipc.store.Outbox;

/** Another node of the bus, as this node sees it. One thread only: the bus's context. */
public sealed interface Peer permits LivePeer, AbsentPeer {
  /**
   * Returns its name.
   *
   * @return unique on the bus
   */
  String name();

  /**
   * Returns where messages to it are stored, which outlive both nodes.
   *
   * @return null for a node that keeps no store; the same object for a node that goes down and
   *     comes back
   */
  Outbox outbox();
}
