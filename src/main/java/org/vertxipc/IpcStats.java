package org.vertxipc;

import io.vertx.core.json.JsonObject;

/**
 * What a bridge has done since it was created.
 *
 * @param sent messages written to peers
 * @param received messages of peers delivered here
 * @param refused messages of peers to addresses that are not exported
 * @param overflowed messages that failed because too much waited for the peer
 * @param codecFailed messages that could not be encoded or decoded here
 * @param lostPeers peers that died or were cut off
 * @param tooLarge messages that failed because they are longer than the configured limit
 * @param nobody messages for which no node that exports the address had a consumer
 * @param gone messages whose node died or left before it had them
 * @param duplicates publishes that had arrived by another way before, so that nothing was lost
 */
public record IpcStats(
    long sent,
    long received,
    long refused,
    long overflowed,
    long codecFailed,
    long lostPeers,
    long tooLarge,
    long nobody,
    long gone,
    long duplicates) {

  /**
   * Returns the JSON form.
   *
   * @return a key for each component
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put("sent", sent)
        .put("received", received)
        .put("refused", refused)
        .put("overflowed", overflowed)
        .put("codecFailed", codecFailed)
        .put("lostPeers", lostPeers)
        .put("tooLarge", tooLarge)
        .put("nobody", nobody)
        .put("gone", gone)
        .put("duplicates", duplicates);
  }
}
