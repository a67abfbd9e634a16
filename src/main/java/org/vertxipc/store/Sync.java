package org.vertxipc.store;

import java.util.Locale;
import org.vertxipc.options.MappedOptions;

/** When stored messages are synced to disk. */
enum Sync {
  /**
   * When the kernel decides: they survive the death of processes, but not a crash of the machine.
   */
  NONE,
  /** At an interval. */
  INTERVAL,
  /** Before a write succeeds. */
  MESSAGE;

  static Sync of(MappedOptions options) {
    return valueOf(options.getFsync().toUpperCase(Locale.ROOT));
  }
}
