package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * What nodes had counted that died: whoever cleans up after one keeps its file here, until too many
 * are newer, or the bus is empty. All methods block.
 */
final class DeadCounters {
  /** How many are kept. */
  static final int MOST = 16;

  private static final Logger log = LoggerFactory.getLogger(DeadCounters.class);
  private static final String DIRECTORY = ".dead";

  private final Access access;
  private final Path directory;

  DeadCounters(Access access, Path bus) {
    this.access = access;
    this.directory = bus.resolve(DIRECTORY);
  }

  /** Keeps a file of a node whose lock this process holds. Failing is told and does no harm. */
  void keep(Path counters, String node) {
    try {
      if (Posix.lstat(counters) != null) {
        access.ensureDirectory(directory);
        Files.move(counters, directory.resolve(node), StandardCopyOption.ATOMIC_MOVE);
        thinOut();
      }
    } catch (IOException e) {
      log.debug("The counters of node " + node + " are not kept", e);
    }
  }

  private void thinOut() throws IOException {
    List<Path> all = files();
    if (all.size() > MOST) {
      all.sort(Comparator.comparing(DeadCounters::time));
      all.subList(0, all.size() - MOST).forEach(Cleanup::unlink);
    }
  }

  private static long time(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      // Somebody else has removed it.
      return 0;
    }
  }

  /** Returns the files, each with the name of its node. */
  List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(all::add);
    } catch (NoSuchFileException e) {
      // Nobody has died.
      return all;
    }
    return all;
  }

  /** Returns whether anything has been kept. */
  boolean isAny() throws IOException {
    return Posix.lstat(directory) != null;
  }

  /** Removes all. */
  void remove() throws IOException {
    files().forEach(Cleanup::unlink);
    try {
      Posix.rmdir(directory);
    } catch (PosixException e) {
      log.debug("Somebody keeps counters in " + directory, e);
    }
  }
}
