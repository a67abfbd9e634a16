package org.vertxipc.bus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What one node writes to another's door: "I am here, and the channel from you to me is ready to be
 * opened". It takes the bytes that a {@link Door} reads at once.
 *
 * @param node the node that knocks
 * @param incarnation of the node that knocks
 * @param addressee incarnation of the node whose door it is
 * @param transport on which the knocking node receives
 */
record Knock(String node, long incarnation, long addressee, int transport) {
  /** "VIPK" in byte order. */
  private static final int MAGIC = 0x4B504956;

  private static final int VERSION = 1;
  private static final int NAME_OFFSET = 24;
  private static final int MAX_NAME = Door.BYTES - NAME_OFFSET;

  ByteBuffer encode() {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocateDirect(Door.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, MAGIC);
    b.putShort(4, (short) VERSION);
    b.put(6, (byte) transport);
    b.put(7, (byte) name.length);
    b.putLong(8, incarnation);
    b.putLong(16, addressee);
    b.put(NAME_OFFSET, name);
    return b;
  }

  /** Reads a knock, or throws an exception that says what is wrong with it. */
  static Knock decode(ByteBuffer b, int at) {
    if (b.getInt(at) != MAGIC) {
      throw new IllegalArgumentException(String.format("not a knock: %08x", b.getInt(at)));
    }
    int version = b.getShort(at + 4);
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "knock of version " + version + ", this is version " + VERSION);
    }
    int length = b.get(at + 7);
    if (length < 1 || length > MAX_NAME) {
      throw new IllegalArgumentException("node name of " + length + " bytes");
    }
    byte[] name = new byte[length];
    b.get(at + NAME_OFFSET, name);
    return new Knock(
        new String(name, StandardCharsets.UTF_8),
        b.getLong(at + 8),
        b.getLong(at + 16),
        b.get(at + 6) & 0xff);
  }
}
