package org.vertxipc.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads and writes little-endian numbers at any offset, whatever order the buffer has. */
final class LittleEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static int getShort(ByteBuffer b, int at) {
    return (short) SHORT.get(b, at) & 0xffff;
  }

  static void putShort(ByteBuffer b, int at, int value) {
    SHORT.set(b, at, (short) value);
  }

  static int getInt(ByteBuffer b, int at) {
    return (int) INT.get(b, at);
  }

  static void putInt(ByteBuffer b, int at, int value) {
    INT.set(b, at, value);
  }

  static long getLong(ByteBuffer b, int at) {
    return (long) LONG.get(b, at);
  }

  static void putLong(ByteBuffer b, int at, long value) {
    LONG.set(b, at, value);
  }
}
