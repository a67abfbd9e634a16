package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** Where messages go to the program. One thread only. */
interface Outlet {
  /** Writes a message, or keeps it until there is room. */
  void write(Buffer message, int priority);

  /** What waits, in bytes. */
  long queued();

  /** Forgets the message that waits longest and is not begun: its length, 0 when there is none. */
  int dropOldest();
}
