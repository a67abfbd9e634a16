package org.vertxipc.channel;

import java.nio.ByteBuffer;

/** Fills in a record of known length. */
@FunctionalInterface
public interface RecordWriter {
  /**
   * Writes exactly that many bytes, by absolute puts. The buffer may be of either byte order: the
   * writer takes care of the order. It may be memory that somebody truncates meanwhile: the
   * resulting error must not be caught here.
   *
   * @param out where to
   * @param offset of the first byte
   */
  void write(ByteBuffer out, int offset);
}
