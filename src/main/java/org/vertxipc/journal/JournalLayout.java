package org.vertxipc.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The layout of a journal file; {@code docs/wire.md} has the same table. */
final class JournalLayout {
  /** "VXIPCJRN" in byte order. */
  static final long MAGIC = 0x4E524A43_50495856L;

  static final int VERSION = 1;
  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 8;
  static final int SIZE_OFFSET = 16;
  static final int BASE_OFFSET = 24;

  /** Where records start. */
  static final int DATA_OFFSET = 64;

  /** A record: length and checksum (both int), time (long), then the payload, padded to 8. */
  static final int RECORD_HEADER = 16;

  static final int TIME = 8;

  /** Instead of a record's length: the file ends here, and another follows. */
  static final int LENGTH_END = -1;

  static final long NOTHING = 0;

  static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private JournalLayout() {}

  static int align(int length) {
    return (length + 7) & -8;
  }

  static long header(int length, int checksum) {
    return (long) checksum << 32 | (length & 0xffff_ffffL);
  }

  static int length(long header) {
    return (int) header;
  }
}
