package org.vertxipc.cli;

import java.util.List;
import org.vertxipc.IpcBusState;

/**
 * What {@code top} shows of a node. What is not known is null; a dead node no longer has anything
 * but its losses.
 *
 * @param node as it was read
 * @param uptimeMillis how long it has been on the bus
 * @param peers to how many nodes it is connected
 * @param sent messages per second
 * @param received messages per second
 * @param bytesSent bytes per second
 * @param bytesReceived bytes per second
 * @param lost messages since it joined
 * @param waiting bytes for which the channels have no room now
 * @param pending requests that wait for a reply now
 */
record TopRow(
    IpcBusState.Node node,
    Long uptimeMillis,
    Integer peers,
    Double sent,
    Double received,
    Double bytesSent,
    Double bytesReceived,
    Long lost,
    Long waiting,
    Long pending) {

  /**
   * Computes it.
   *
   * @param before the bus as it was, null when it is looked at for the first time
   * @param now in milliseconds since the epoch
   */
  static TopRow of(IpcBusState.Node node, Look before, long now) {
    boolean shows = !node.counters().isEmpty();
    boolean lives = shows && node.alive();
    List<Double> rates = lives && before != null ? before.rates(node) : null;
    return new TopRow(
        node,
        lives ? now - node.startedMillis() : null,
        lives ? BusJson.peers(node).size() : null,
        rate(node, rates, "messages.sent"),
        rate(node, rates, "messages.received"),
        bytes(node, rates, "peer.bytes.sent"),
        bytes(node, rates, "peer.bytes.received"),
        shows ? node.sum("messages.lost") : null,
        lives ? node.sum("peer.queue.bytes") : null,
        lives ? node.sum("peer.requests.pending") : null);
  }

  /** The sum for all peers; one that has just come or come back may have none yet. */
  private static Double bytes(IpcBusState.Node node, List<Double> rates, String counter) {
    Double sum = rate(node, rates, counter);
    boolean isKnown = rate(node, rates, "messages.sent") != null;
    return sum == null && isKnown ? (Double) 0.0 : sum;
  }

  private static Double rate(IpcBusState.Node node, List<Double> rates, String counter) {
    Double sum = null;
    for (int i = 0; rates != null && i < rates.size(); i++) {
      if (node.counters().get(i).name().equals(counter) && rates.get(i) != null) {
        sum = (sum == null ? 0 : sum) + rates.get(i);
      }
    }
    return sum;
  }
}
