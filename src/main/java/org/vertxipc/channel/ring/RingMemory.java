package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The shared bytes of a ring, and the name under which the other side finds them. */
interface RingMemory {
  /**
   * The bytes, in native order.
   *
   * @return the buffer; nobody touches it after {@link #close}
   */
  ByteBuffer buffer();

  /** The writer has it mapped: from now on nobody needs to find it. */
  default void writerAttached() {}

  /** Removes the name. The memory stays as long as somebody has it mapped. */
  void unlink();

  /**
   * Unmaps.
   *
   * @throws IOException when the kernel refuses
   */
  void close() throws IOException;
}
