package org.vertxipc.bus;

import org.vertxipc.store.Outbox;

/** Another node of the bus, as this node sees it. One thread only: the bus's context. */
public sealed interface Peer permits LivePeer, AbsentPeer {
  /**
   * Its name.
   *
   * @return unique on the bus
   */
  String name();

  /**
   * Where messages to it are stored: they outlive both nodes.
   *
   * @return null for a node that keeps no store; the same for a node that is down and up again
   */
  Outbox outbox();
}
