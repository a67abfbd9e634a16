package org.vertxipc.channel.ring;

import org.vertxipc.posix.Mapping;
import org.vertxipc.ring.CorruptRingException;

/** What the ends of a ring do about faults in its memory, see {@link Mapping#raiseFault}. */
final class MemoryFaults {
  private MemoryFaults() {}

  /**
   * Fails if memory was taken away while it was written to.
   *
   * @param whole fails when it was this end's
   */
  static void raise(Runnable whole) {
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
  static CorruptRingException damage(Runnable whole) {
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
   */
  static Throwable cause(Throwable fault, Throwable damage) {
    if (damage == null || damage == fault) {
      return fault;
    }
    damage.addSuppressed(fault);
    return damage;
  }
}
