package org.vertxipc.bridge;

import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.Map;
import org.vertxipc.bus.Peer;

/** What the bridge keeps of one peer. */
final class Remote {
  final Peer peer;
  final Pending pending = new Pending();
  final Map<Integer, String> exports = new HashMap<>();
  final Map<Integer, MessageConsumer<Object>> proxies = new HashMap<>();
  boolean overflowing;

  Remote(Peer peer) {
    this.peer = peer;
    peer.attach(this);
  }

  static Remote of(Peer peer) {
    return (Remote) peer.attachment();
  }

  /** The number under which the peer exports an address, or 0. */
  int number(String address) {
    for (Map.Entry<Integer, String> e : exports.entrySet()) {
      if (e.getValue().equals(address)) {
        return e.getKey();
      }
    }
    return 0;
  }
}
