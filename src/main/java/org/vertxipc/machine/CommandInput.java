package org.vertxipc.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bytes of a command, which may be anything: every length is checked before it is used.
 */
final class CommandInput {
  private final ByteBuffer bytes;

  CommandInput(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer require(int needed) {
    if (bytes.remaining() < needed) {
      throw new BadCommandException(
          "a command ends after " + bytes.limit() + " bytes, where " + needed + " more are needed");
    }
    return bytes;
  }

  int number() {
    return require(Integer.BYTES).getInt();
  }

  long longNumber() {
    return require(Long.BYTES).getLong();
  }

  int small() {
    return require(1).get();
  }

  String text() {
    return new String(array(number()), StandardCharsets.UTF_8);
  }

  /** Bytes, or null. */
  Bytes bytes() {
    int length = number();
    return length == CommandOutput.ABSENT ? null : new Bytes(array(length));
  }

  /** Bytes that must be there. */
  Bytes present() {
    return new Bytes(array(number()));
  }

  private byte[] array(int length) {
    if (length < 0) {
      throw new BadCommandException("a length of " + length);
    }
    byte[] array = new byte[Math.min(length, require(length).remaining())];
    bytes.get(array);
    return array;
  }

  void end() {
    if (bytes.hasRemaining()) {
      throw new BadCommandException(bytes.remaining() + " bytes behind a command");
    }
  }
}
