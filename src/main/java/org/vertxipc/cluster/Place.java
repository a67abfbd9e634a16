package org.vertxipc.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.NameGuard;
import org.vertxipc.log.CommandLog;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The directory of a cluster, and the lock of its log, held while a node joins. All methods block.
 *
 * @param config which bus, and who has access
 * @param directory of the cluster
 * @param log whose lock is held
 * @param guard says that the cluster exists even when somebody removes its files
 */
record Place(BusConfig config, Path directory, CommandLog log, NameGuard guard) {
  private static final String NAME = ".cluster";
  private static final int ATTEMPTS = 1000;
  private static final int GUARD_ATTEMPTS = 40;
  private static final long GUARD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  Access access() {
    return config.access();
  }

  /** Where the cluster of a bus is. */
  static Path directory(BusConfig config) throws IOException {
    return config.directory().resolve(config.bus()).resolve(NAME);
  }

  /** Opens it, and takes the lock. A log without members is begun anew. */
  static Place open(BusConfig config, int roomBytes) throws IOException {
    Path directory = directory(config);
    Path bus = directory.getParent();
    for (int i = 0; i < ATTEMPTS; i++) {
      CommandLog log = tryOpen(config, bus, directory, roomBytes);
      if (log != null) {
        return guarded(config, directory, log);
      }
    }
    throw new IOException(directory + " is removed again and again");
  }

  private static CommandLog tryOpen(BusConfig config, Path bus, Path directory, int roomBytes)
      throws IOException {
    Access access = config.access();
    CommandLog log;
    try {
      access.ensureDirectory(bus.getParent());
      access.ensureDirectory(bus);
      access.ensureDirectory(directory);
      try {
        log = CommandLog.open(access, directory, roomBytes);
      } catch (IOException e) {
        quietly(e, () -> removeDirectories(config, directory));
        throw e;
      }
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        // Who left as the last has removed it.
        return null;
      }
      throw e;
    }
    try {
      if (!Turns.await(log, Long.MAX_VALUE, () -> false)) {
        throw new IOException("interrupted");
      }
      if (log.isNamed()) {
        return log;
      }
      log.close();
      return null;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static Place guarded(BusConfig config, Path directory, CommandLog log)
      throws IOException {
    NameGuard guard = null;
    try {
      guard = NameGuard.take(config.directory(), config.bus(), NAME);
      if (log.isAnyClaimed()) {
        log.requireFormat();
      } else {
        requireNobody(guard, directory);
        log.begin();
      }
      return new Place(config, directory, log, guard);
    } catch (IOException | RuntimeException e) {
      // What somebody has damaged is his to remove.
      if (!(e instanceof BadFileException)) {
        NameGuard taken = guard;
        quietly(e, () -> removeUnused(config, directory, log, taken));
      }
      if (guard != null) {
        guard.close();
      }
      log.close();
      throw e;
    }
  }

  /** A cluster that can't begin leaves nothing; what one that lives has made anew stays. */
  private static void removeUnused(
      BusConfig config, Path directory, CommandLog log, NameGuard guard) throws IOException {
    if (log.isAnyClaimed()) {
      return;
    }
    if (guard != null && !guard.isContested()) {
      log.removeFiles();
    }
    log.removeControl();
    removeDirectories(config, directory);
  }

  private static void quietly(Exception cause, Turns.Exclusive task) {
    try {
      task.run();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void removeDirectories(BusConfig config, Path directory) throws IOException {
    if (Posix.rmdir(directory) && Posix.rmdir(directory.getParent())) {
      Posix.rmdir(config.directory());
    }
  }

  private static void requireNobody(NameGuard guard, Path directory) throws IOException {
    // A process that dies, or leaves, lets the guard go a moment later than its slot.
    for (int i = 0; i < GUARD_ATTEMPTS; i++) {
      if (!guard.isContested()) {
        return;
      }
      LockSupport.parkNanos(GUARD_NANOS);
    }
    throw new IOException(
        "somebody has removed "
            + directory
            + ", whose cluster lives: a second one of its name can't begin before that has ended");
  }

  /** Removes everything, when nobody lives any more. The lock is held. */
  void removeIfLast() throws IOException {
    if (log.isAnyClaimed()) {
      return;
    }
    boolean named = log.isNamed();
    if (named) {
      guard.close();
    }
    if (named || log.isLost()) {
      // If somebody has removed the rest, whoever wants to begin anew waits for the guard.
      log.removeFiles();
    }
    if (named) {
      log.removeControl();
    }
    removeDirectories(config, directory);
    guard.close();
  }
}
