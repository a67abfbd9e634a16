package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;

/** Keeps rings of one kind. */
interface RingStore {
  /**
   * Removes leftovers of dead nodes that no directory names.
   *
   * @throws IOException when the kernel can't be asked
   */
  default void prepare() throws IOException {}

  /**
   * Makes an empty ring. May be called on several threads at once.
   *
   * @param base of its files, without suffix
   * @param capacity in bytes
   * @param writerPid the process that will write to it, 0 when it is not known
   * @return the memory, with a ring in it
   * @throws IOException when it can't be made, after everything is removed again
   */
  RingMemory create(Path base, int capacity, long writerPid) throws IOException;

  /**
   * Opens a ring that another node made.
   *
   * @param base of its files, without suffix
   * @return the memory, with a valid header
   * @throws IOException when it does not exist, is not ours or is malformed
   */
  RingMemory open(Path base) throws IOException;
}
