package org.vertxipc.bus;

import java.nio.ByteBuffer;

/**
 * What one node writes to another's door: "I am here, and the channel from you to me is ready to be
 * opened". The channel need not be of the transport that the node says it receives by, see {@link
 * NodeRecord#channelFor}. It takes the bytes that a {@link Door} reads at once.
 *
 * @param node the node that knocks
 * @param incarnation of the node that knocks
 * @param addressee incarnation of the node whose door it is
 * @param transport of the channel that the knocking node has made for the addressee
 */
record Knock(String node, long incarnation, long addressee, int transport) {
  /** The magic is "VIPK" in byte order. */
  private static final DoorFormat FORMAT = new DoorFormat("knock", 0x4B504956, 2, 24);

  ByteBuffer encode() {
    return FORMAT
        .encode(node)
        .put(6, (byte) transport)
        .putLong(8, incarnation)
        .putLong(16, addressee);
  }

  /** Reads a knock, or throws an exception that says what is wrong with it. */
  static Knock decode(ByteBuffer b, int at) {
    return new Knock(
        FORMAT.node(b, at), b.getLong(at + 8), b.getLong(at + 16), b.get(at + 6) & 0xff);
  }
}
