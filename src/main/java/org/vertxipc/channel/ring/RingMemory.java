package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.ring.CorruptRingException;

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

  /**
   * Whether somebody can take memory away that is mapped here, as by truncating a file.
   *
   * @return true when a fault has to be reckoned with
   */
  default boolean isFragile() {
    return false;
  }

  /**
   * Fails when that has happened.
   *
   * @throws CorruptRingException saying what is left
   */
  default void requireWhole() {}

  /** Removes the name. The memory stays as long as somebody has it mapped. */
  void unlink();

  /**
   * Unmaps.
   *
   * @throws IOException when the kernel refuses
   */
  void close() throws IOException;
}
