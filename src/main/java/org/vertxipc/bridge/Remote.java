package org.vertxipc.bridge;

import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.Map;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.Peer;

/** What the bridge keeps of one peer. */
final class Remote {
  final Peer peer;
  final Pending pending = new Pending();
  final Map<Integer, String> exports = new HashMap<>();
  final Map<Integer, MessageConsumer<Object>> proxies = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  boolean synced;
  boolean overflowing;

  final LivePeer live;

  Remote(LivePeer peer) {
    this.peer = peer;
    this.live = peer;
    peer.attach(this);
  }

  Remote(AbsentPeer peer) {
    this.peer = peer;
    this.live = null;
  }

  static Remote of(LivePeer peer) {
    return (Remote) peer.attachment();
  }

  boolean isAbsent() {
    return live == null;
  }

  boolean isDurable() {
    return peer.outbox() != null;
  }

  boolean canSend() {
    return live != null && live.canSend();
  }

  boolean isFull() {
    return isDurable() ? peer.outbox().isFull() : live.isFull();
  }

  void addExport(int number, String address) {
    exports.put(number, address);
    numbers.put(address, number);
  }

  /** Gives the address, or null when that number was no export. */
  String removeExport(int number) {
    String address = exports.remove(number);
    if (address != null) {
      numbers.remove(address, number);
    }
    return address;
  }

  /** The number under which the peer exports an address, or 0. */
  int number(String address) {
    return numbers.getOrDefault(address, 0);
  }
}
