package org.vertxipc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects the bytes of a command: numbers are little-endian, and what varies has its length. */
final class CommandOutput {
  private static final int START = 128;
  static final int ABSENT = -1;

  private ByteBuffer bytes = ByteBuffer.allocate(START).order(ByteOrder.LITTLE_ENDIAN);

  private ByteBuffer room(int needed) {
    if (bytes.remaining() < needed) {
      int capacity = Math.max(2 * bytes.capacity(), Math.addExact(bytes.position(), needed));
      bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
    }
    return bytes;
  }

  CommandOutput number(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  CommandOutput number(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  CommandOutput small(int value) {
    room(1).put((byte) value);
    return this;
  }

  CommandOutput text(String value) {
    return array(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes, or null. */
  CommandOutput bytes(Bytes value) {
    return value == null ? number(ABSENT) : array(value.array());
  }

  /** Bytes that must be there: without them no replica could read the command. */
  CommandOutput present(Bytes value) {
    return array(value.array());
  }

  private CommandOutput array(byte[] value) {
    number(value.length);
    room(value.length).put(value);
    return this;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
