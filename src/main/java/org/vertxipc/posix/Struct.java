package org.vertxipc.posix;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/**
 * Memory for a structure, an array or a string that a call of the C library takes or fills. It is
 * there for as long as this object is reachable, which {@link LibC} sees to during a call. Every
 * access is checked against its size. One thread at a time.
 */
final class Struct {
  private final ByteBuffer bytes;
  private final long address;

  /** Zeros. */
  Struct(int size) {
    bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    address = Posix.address(bytes);
  }

  /** The bytes, and a zero. */
  static Struct string(byte[] text) {
    Struct string = new Struct(text.length + 1);
    string.put(0, text);
    return string;
  }

  /** A name of a file, or another text for the kernel, and a zero. */
  static Struct string(String text) {
    return string(text.getBytes(Charset.defaultCharset()));
  }

  /** Where it is: valid until the last use of this object, or {@link #keep}. */
  long address() {
    return address;
  }

  /** The address of what may be missing. */
  static long addressOf(Struct struct) {
    return struct == null ? 0 : struct.address;
  }

  /** Keeps it from being given back before. A call that throws has not used it. */
  @SuppressWarnings("ReachabilityFenceUsage")
  static void keep(Struct struct) {
    Reference.reachabilityFence(struct);
  }

  short getShort(int at) {
    return bytes.getShort(at);
  }

  int getInt(int at) {
    return bytes.getInt(at);
  }

  long getLong(int at) {
    return bytes.getLong(at);
  }

  void putShort(int at, short value) {
    bytes.putShort(at, value);
  }

  void putInt(int at, int value) {
    bytes.putInt(at, value);
  }

  void putLong(int at, long value) {
    bytes.putLong(at, value);
  }

  void put(int at, byte[] value) {
    bytes.put(at, value);
  }
}
