package org.vertxipc.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.channel.RecordWriter;

/**
 * The first record that the called end writes: from then on the connection is there for both. All
 * records after it, and all of the other direction, are bytes of the stream.
 */
enum Greeting implements RecordWriter {
  INSTANCE;

  static final int BYTES = 16;

  /** "VXIPCSTR" in the order of the bytes. */
  private static final long MAGIC = 0x5254534350495856L;

  private static final int VERSION = 1;

  @Override
  public void write(ByteBuffer out, int offset) {
    putLong(out, offset, MAGIC);
    putLong(out, offset + 8, VERSION);
  }

  /** Writes a number in one order of bytes, whatever order the buffer has. */
  static void putLong(ByteBuffer out, int offset, long value) {
    out.putLong(offset, out.order() == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value));
  }

  /** Reads what {@link #putLong} wrote. */
  static long getLong(ByteBuffer in, int offset) {
    long value = in.getLong(offset);
    return in.order() == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value);
  }

  /** Fails when a record is not a greeting of this version. */
  static void require(ByteBuffer in, int offset, int length) {
    if (length != BYTES || getLong(in, offset) != MAGIC) {
      throw new IllegalArgumentException("a stream does not begin with a greeting");
    }
    long version = getLong(in, offset + 8);
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "a stream of version " + version + ", this is version " + VERSION);
    }
  }
}
