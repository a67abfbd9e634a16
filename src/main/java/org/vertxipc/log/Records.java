package org.vertxipc.log;

import java.nio.ByteBuffer;

/**
 * How records are laid out in memory: an int with their length, another with its complement, then
 * their bytes, up to the next multiple of eight. They are there for others when they are committed,
 * see {@link Words}. What is read is not trusted: lengths are checked, and bytes are copied.
 */
final class Records {
  /** Where a record can begin. */
  static final int ALIGNMENT = 8;

  private static final int HEADER = 8;

  private Records() {}

  /** How many bytes a record takes. */
  static int length(int bytes) {
    return Math.addExact(HEADER + ALIGNMENT - 1, bytes) & -ALIGNMENT;
  }

  /**
   * Writes a record.
   *
   * @param end of the room that there is
   * @return where the next one is, -1 when there is no room
   */
  static int write(ByteBuffer buffer, int at, int end, byte[] bytes) {
    if (length(bytes.length) > end - at) {
      return -1;
    }
    buffer.putInt(at, bytes.length);
    // Says that this is a record, and not what was left where none was written.
    buffer.putInt(at + Integer.BYTES, ~bytes.length);
    buffer.put(at + HEADER, bytes);
    return at + length(bytes.length);
  }

  /** Returns a copy of a record that ends before {@code end}, null when there is none. */
  static byte[] read(ByteBuffer buffer, int at, int end) {
    int length = end - at < HEADER ? -1 : buffer.getInt(at);
    if (length < 0 || length > end - at - HEADER || buffer.getInt(at + Integer.BYTES) != ~length) {
      return null;
    }
    byte[] bytes = new byte[length];
    buffer.get(at + HEADER, bytes);
    return bytes;
  }
}
