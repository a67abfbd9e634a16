package org.vertxipc.bus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.vertxipc.channel.Names;

/**
 * What a node writes to another's door that wants a connection with it: "my end is ready". Of the
 * size of a {@link Knock}, for the same reason.
 *
 * @param node that calls
 * @param number of the connection, which that node has not used before
 */
public record Call(String node, long number) {
  /** "VIPC" in byte order. */
  private static final int MAGIC = 0x43504956;

  private static final int VERSION = 1;
  private static final int NAME_OFFSET = 16;
  private static final int MAX_NAME = Door.BYTES - NAME_OFFSET;

  ByteBuffer encode() {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocateDirect(Door.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, MAGIC);
    b.putShort(4, (short) VERSION);
    b.put(7, (byte) name.length);
    b.putLong(8, number);
    b.put(NAME_OFFSET, name);
    return b;
  }

  /** Reads a call, or throws an exception that says what is wrong with it. */
  static Call decode(ByteBuffer b, int at) {
    if (b.getInt(at) != MAGIC) {
      throw new IllegalArgumentException(String.format("not a call: %08x", b.getInt(at)));
    }
    int version = b.getShort(at + 4);
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "call of version " + version + ", this is version " + VERSION);
    }
    int length = b.get(at + 7);
    if (length < 1 || length > MAX_NAME) {
      throw new IllegalArgumentException("node name of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    b.get(at + NAME_OFFSET, bytes);
    String name = new String(bytes, StandardCharsets.UTF_8);
    // It becomes part of paths.
    if (!Names.isName(name)) {
      throw new IllegalArgumentException("a call that names an invalid node");
    }
    return new Call(name, b.getLong(at + 8));
  }
}
