package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;

/** Where rings of one kind are kept. */
interface RingStore {
  /**
   * Removes what the dead left that no directory tells of.
   *
   * @throws IOException when the kernel does not tell
   */
  default void prepare() throws IOException {}

  /**
   * Makes an empty ring. May be called on several threads at once.
   *
   * @param base of its files, without suffix
   * @param capacity in bytes
   * @param writerPid the process that will write to it, 0 when it is not known
   * @return the memory, with a ring in it
   * @throws IOException when it can't be made; nothing is left behind then
   */
  RingMemory create(Path base, int capacity, long writerPid) throws IOException;

  /**
   * Opens a ring that another node made.
   *
   * @param base of its files, without suffix
   * @return the memory, with a valid header
   * @throws IOException when it is not there, not ours or malformed
   */
  RingMemory open(Path base) throws IOException;
}
