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
  private final Map<String, Integer> numbers = new HashMap<>();
  boolean synced;
  boolean overflowing;

  Remote(Peer peer) {
    this.peer = peer;
    peer.attach(this);
  }

  static Remote of(Peer peer) {
    return (Remote) peer.attachment();
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
