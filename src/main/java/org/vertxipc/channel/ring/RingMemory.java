package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.ring.CorruptRingException;

/** The shared bytes of a ring, and the name under which the other side finds them. */
interface RingMemory {
  /**
   * Returns the bytes, in native order.
   *
   * @return the buffer; nobody touches it after {@link #close}
   */
  ByteBuffer buffer();

  /** The writer has it mapped: nobody needs to find it from now on. */
  default void writerAttached() {}

  /**
   * Returns whether somebody can truncate the memory that is mapped here, because it is in a file.
   *
   * @return true when faults are possible
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

  /** Removes the name. The memory stays as long as a process has it mapped. */
  void unlink();

  /**
   * Unmaps.
   *
   * @throws IOException when the kernel refuses
   */
  void close() throws IOException;
}
