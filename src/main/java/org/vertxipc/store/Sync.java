package org.vertxipc.store;

import java.util.Locale;
import org.vertxipc.options.MappedOptions;

/** When what is written is brought to the disk. */
enum Sync {
  /** When the kernel likes: it survives the death of processes, and not that of the machine. */
  NONE,
  /** At an interval. */
  INTERVAL,
  /** Before a write is said to be done. */
  MESSAGE;

  static Sync of(MappedOptions options) {
    return valueOf(options.getFsync().toUpperCase(Locale.ROOT));
  }
}
