package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The directory of a log. Somebody may remove it while the cluster lives, whose processes have its
 * files open: it is made anew when the next file is.
 */
final class LogDirectory {
  private static final String CONTROL = "control";
  private static final String FILE = "log";
  private static final String LOG = FILE + "-";
  private static final String DRAFT = FILE + ".new";
  private static final int LEAST_ROOM = 1 << 12;

  private final Access access;
  private final Path path;

  LogDirectory(Access access, Path path) {
    this.access = access;
    this.path = path;
  }

  /** The file with the lock. */
  Path control() {
    return path.resolve(CONTROL);
  }

  /** The file of a generation. */
  Path path(long generation) {
    return path.resolve(LOG + generation);
  }

  /** Opens the file of a generation; null when there is none. */
  LogFile tryOpen(long generation) throws IOException {
    try {
      return LogFile.open(access, path(generation), generation);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Makes a file that nobody knows before {@link #publish}.
   *
   * @param least how many bytes it has at the least
   * @param room how many more are wanted; where there is less room, less is taken, because what
   *     comes next may remove something
   */
  LogFile create(long generation, long least, long room) throws IOException {
    ensure(path);
    Path draft = path.resolve(DRAFT);
    Posix.unlink(draft);
    for (long wanted = room; ; wanted /= 2) {
      try {
        long size = Math.min(LogFile.MAX_SIZE, least + wanted);
        return LogFile.create(access, draft, (int) size, generation);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOSPC) || wanted <= LEAST_ROOM) {
          throw e;
        }
      }
    }
  }

  /** Gives what was created its name, and opens it by that. */
  LogFile publish(long generation) throws IOException {
    Files.move(path.resolve(DRAFT), path(generation), StandardCopyOption.ATOMIC_MOVE);
    return LogFile.open(access, path(generation), generation);
  }

  private void ensure(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && Posix.lstat(parent) == null) {
      ensure(parent);
    }
    access.ensureDirectory(directory);
  }

  /** Removes all logs but one. */
  void removeOld(long generation) throws IOException {
    for (Path each : all()) {
      if (each.getFileName().toString().startsWith(FILE) && !each.equals(path(generation))) {
        Posix.unlink(each);
      }
    }
  }

  /** Removes all files but that with the lock. */
  void removeAll() throws IOException {
    for (Path each : all()) {
      if (!each.equals(control())) {
        Posix.unlink(each);
      }
    }
  }

  private List<Path> all() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
      all.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return files;
  }
}
