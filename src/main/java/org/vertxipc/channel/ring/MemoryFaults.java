package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Mapping;
import org.vertxipc.ring.CorruptRingException;

/** What the ends of a ring do about memory faults, see {@link Mapping#raiseFault}. */
public final class MemoryFaults {
  private MemoryFaults() {}

  /**
   * Fails if a file that is mapped was truncated.
   *
   * @param fd the file
   * @param mapping of it
   * @param path of it, for the message
   * @throws CorruptRingException when it was; it says what is left
   */
  public static void requireWhole(int fd, Mapping mapping, Path path) {
    try {
      Mapping.requireWhole(fd, mapping.buffer().capacity(), path);
    } catch (IOException e) {
      throw new CorruptRingException("somebody truncated a file in use: " + e.getMessage());
    }
  }

  /**
   * Fails if memory was truncated while it was written to.
   *
   * @param whole fails when the memory is this end's
   */
  public static void raise(Runnable whole) {
    try {
      Mapping.raiseFault();
    } catch (InternalError e) {
      // If it was another end's memory, that end will meet the fault again when it next uses it.
      whole.run();
    }
  }

  /**
   * Returns what was done to memory.
   *
   * @param whole fails when it is not whole
   * @return the exception with which it fails, or null
   */
  public static CorruptRingException damage(Runnable whole) {
    try {
      whole.run();
      return null;
    } catch (CorruptRingException e) {
      return e;
    }
  }

  /**
   * Returns the cause to report for a fault.
   *
   * @param fault the fault as it occurred
   * @param damage what was done to the memory, or null when that is whole
   * @return one of them
   */
  public static Throwable cause(Throwable fault, Throwable damage) {
    if (damage == null || damage == fault) {
      return fault;
    }
    damage.addSuppressed(fault);
    return damage;
  }
}
