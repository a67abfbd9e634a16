package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Mapping;
import org.vertxipc.ring.CorruptRingException;

/** What the ends of a ring do about faults in its memory, see {@link Mapping#raiseFault}. */
public final class MemoryFaults {
  private MemoryFaults() {}

  /**
   * Fails if a file that is mapped was truncated.
   *
   * @param fd the file
   * @param mapping of it
   * @param path of it, for the message
   * @throws CorruptRingException saying what is left
   */
  public static void requireWhole(int fd, Mapping mapping, Path path) {
    try {
      Mapping.requireSize(fd, mapping.buffer().capacity(), path);
    } catch (IOException e) {
      throw new CorruptRingException("somebody truncated a file in use: " + e.getMessage());
    }
  }

  /**
   * Fails if memory was taken away while it was written to.
   *
   * @param whole fails when it was this end's
   */
  public static void raise(Runnable whole) {
    try {
      Mapping.raiseFault();
    } catch (InternalError e) {
      // When it was another's, that other will come upon it again when it is next used.
      whole.run();
    }
  }

  /**
   * What was done to memory.
   *
   * @param whole fails when it is not whole
   * @return what it fails with, or null
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
   * What is to be said of a fault.
   *
   * @param fault as it was met
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
