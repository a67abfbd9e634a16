package org.vertxipc;

import io.vertx.core.json.JsonObject;

/**
 * What a bridge has done since it was created.
 *
 * @param sent messages written to peers
 * @param received messages of peers delivered here
 * @param refused messages of peers to addresses that are not exported
 * @param overflowed messages that failed because too much waited for the peer
 * @param undecodable messages that could not be encoded or decoded here
 * @param lostPeers peers that died or were cut off
 */
public record IpcStats(
    long sent, long received, long refused, long overflowed, long undecodable, long lostPeers) {

  /**
   * The JSON form.
   *
   * @return a key for each component
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put("sent", sent)
        .put("received", received)
        .put("refused", refused)
        .put("overflowed", overflowed)
        .put("undecodable", undecodable)
        .put("lostPeers", lostPeers);
  }
}
