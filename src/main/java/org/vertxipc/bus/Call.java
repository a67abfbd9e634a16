package org.vertxipc.bus;

import java.nio.ByteBuffer;
import org.vertxipc.channel.Names;

/**
 * What a node writes to another's door that wants a connection with it: "my end is ready". Of the
 * size of a {@link Knock}, for the same reason.
 *
 * @param node that calls
 * @param number of the connection, which that node has not used before
 */
public record Call(String node, long number) {
  /** The magic is "VIPC" in byte order. */
  private static final DoorFormat FORMAT = new DoorFormat("call", 0x43504956, 1, 16);

  ByteBuffer encode() {
    return FORMAT.encode(node).putLong(8, number);
  }

  /** Reads a call, or throws an exception that says what is wrong with it. */
  static Call decode(ByteBuffer b, int at) {
    String name = FORMAT.node(b, at);
    // It becomes part of paths.
    if (!Names.isName(name)) {
      throw new IllegalArgumentException("a call that names an invalid node");
    }
    return new Call(name, b.getLong(at + 8));
  }
}
