package org.vertxipc.posix;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Computes the CRC-32C of bytes in a mapping. They are copied first, piece by piece: the JVM
 * crashes if a file is truncated during its own checksum of memory outside the heap, but not during
 * a copy. One thread only.
 */
public final class MappedChecksum {
  private static final int PIECE = 4096;

  private final CRC32C crc = new CRC32C();
  private final byte[] piece = new byte[PIECE];

  /**
   * Returns the checksum.
   *
   * @param buffer the mapped bytes
   * @param at where to start
   * @param length in bytes
   * @return the value, as an int
   */
  public int of(ByteBuffer buffer, int at, int length) {
    crc.reset();
    int done = 0;
    while (done < length) {
      int n = Math.min(PIECE, length - done);
      buffer.get(at + done, piece, 0, n);
      crc.update(piece, 0, n);
      done += n;
    }
    return (int) crc.getValue();
  }
}
