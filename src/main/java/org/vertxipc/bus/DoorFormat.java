package org.vertxipc.bus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What all have in common that is written to a {@link Door}: a magic number, a version, and the
 * name of the node that writes.
 *
 * @param what it is called in errors
 * @param magic says what it is
 * @param version of it
 * @param nameOffset where the name begins; between byte 8 and there is the rest
 */
record DoorFormat(String what, int magic, int version, int nameOffset) {
  private static final int VERSION_OFFSET = 4;
  private static final int LENGTH_OFFSET = 7;

  /** Returns the bytes of a node, of which the rest is to be filled in. */
  ByteBuffer encode(String node) {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocateDirect(Door.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0, magic);
    b.putShort(VERSION_OFFSET, (short) version);
    b.put(LENGTH_OFFSET, (byte) name.length);
    b.put(nameOffset, name);
    return b;
  }

  /** Returns the name of the node, or throws an exception that says what is wrong. */
  String node(ByteBuffer b, int at) {
    if (b.getInt(at) != magic) {
      throw new IllegalArgumentException(String.format("not a %s: %08x", what, b.getInt(at)));
    }
    int found = b.getShort(at + VERSION_OFFSET);
    if (found != version) {
      throw new IllegalArgumentException(
          what + " of version " + found + ", this is version " + version);
    }
    int length = b.get(at + LENGTH_OFFSET);
    if (length < 1 || length > Door.BYTES - nameOffset) {
      throw new IllegalArgumentException("node name of " + length + " bytes");
    }
    byte[] name = new byte[length];
    b.get(at + nameOffset, name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
