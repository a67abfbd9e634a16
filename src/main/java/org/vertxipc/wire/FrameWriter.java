package org.vertxipc.wire;

import java.nio.ByteBuffer;

/** A frame whose length is known before it is written in place. */
public interface FrameWriter {
  /**
   * Its length.
   *
   * @return in bytes
   */
  int length();

  /**
   * Writes exactly that many bytes, by absolute puts. The buffer may be of either byte order: the
   * writer takes care of the order.
   *
   * @param out where to
   * @param offset of the first byte
   */
  void write(ByteBuffer out, int offset);
}
