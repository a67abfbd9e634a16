package org.vertxipc.store;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Access;

/**
 * How messages wait in files.
 *
 * @param directory holds the stores of all buses, null for {@link #defaultDirectory}
 * @param capacity of each file's ring, in bytes: a power of two
 * @param sync when what is written is brought to the disk
 * @param syncNanos with {@link Sync#INTERVAL}: the interval
 */
public record StoreConfig(Path directory, int capacity, Sync sync, long syncNanos) {

  /** When what is written is brought to the disk. */
  public enum Sync {
    /** When the kernel likes: it survives the death of processes, and not that of the machine. */
    NONE,
    /** At an interval. */
    INTERVAL,
    /** Before a write is said to be done. */
    MESSAGE
  }

  /**
   * Whether what is written is brought to the disk at all.
   *
   * @return false when that is the kernel's affair
   */
  boolean isSynced() {
    return sync != Sync.NONE;
  }

  /**
   * Where stores are when nothing is configured: a directory of those who have access, one that
   * survives a start of the machine.
   *
   * @param access who has access
   * @return for example {@code /var/tmp/vertx-ipc-1000}
   * @throws IOException when the group is not known
   */
  public static Path defaultDirectory(Access access) throws IOException {
    return Path.of("/var/tmp/vertx-ipc-" + access.suffix());
  }
}
