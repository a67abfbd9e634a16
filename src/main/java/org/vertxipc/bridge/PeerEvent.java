package org.vertxipc.bridge;

import java.util.List;
import org.vertxipc.bus.LivePeer;

/**
 * A peer as it is at a moment.
 *
 * @param node its name
 * @param state {@code up} when it has just connected, {@code changed} when its exports have, {@code
 *     down} when it is gone
 * @param reason of {@code down}, else null
 * @param exports the addresses that it exports
 * @param queuedBytes what waits for it in this process
 */
public record PeerEvent(
    String node, String state, String reason, List<String> exports, long queuedBytes) {

  static PeerEvent up(LivePeer peer, Remote remote) {
    return new PeerEvent(
        peer.name(), "up", null, List.copyOf(remote.exports.values()), peer.queuedBytes());
  }

  static PeerEvent changed(LivePeer peer, Remote remote) {
    return new PeerEvent(
        peer.name(), "changed", null, List.copyOf(remote.exports.values()), peer.queuedBytes());
  }

  static PeerEvent down(LivePeer peer, String reason) {
    return new PeerEvent(peer.name(), "down", reason, List.of(), 0);
  }
}
