package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** Takes messages to the program. One thread only. */
interface Outlet {
  /** Writes a message, or keeps it until there is room. */
  void write(Buffer message, int priority);

  /** Returns how many bytes wait. */
  long queued();

  /**
   * Drops the waiting message that is oldest and not partly written; returns it, null when there is
   * none.
   */
  Buffer dropOldest();
}
