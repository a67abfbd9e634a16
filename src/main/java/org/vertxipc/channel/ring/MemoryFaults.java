package org.vertxipc.channel.ring;

import org.vertxipc.posix.Mapping;

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
}
