package org.vertxipc.log;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.ProcessFiles;

/**
 * The files of a log: one for each generation, of which all but the newest are removed.
 *
 * @param access who may open them
 * @param directory in which they are
 */
record LogFiles(Access access, Path directory) {
  private static final String FILE = "log";
  private static final String LOG = FILE + "-";
  private static final String DRAFT = FILE + ".new";
  private static final int LEAST_ROOM = 1 << 12;
  private static final int ATTEMPTS = 5;
  private static final Logger log = LoggerFactory.getLogger(LogFiles.class);

  Path path(long generation) {
    return directory.resolve(LOG + generation);
  }

  /** Returns null when there is none. */
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
   * Opens a file that somebody has removed, by a process of this user that has it open. It takes
   * long.
   *
   * @return null when no such process is seen
   */
  LogFile tryOpenRemoved(long generation) throws IOException {
    Path path = path(generation);
    Integer fd = ProcessFiles.find(path, LogFiles::reopen);
    return fd == null ? null : LogFile.use(access, fd, path, generation);
  }

  private static Integer reopen(Path descriptor) {
    try {
      return Posix.openFollowing(descriptor, Posix.O_RDWR);
    } catch (PosixException e) {
      log.debug("The log of another process is closed, or not for this one", e);
      return null;
    }
  }

  /**
   * Makes the file of a generation, which has its name when it is complete. Nothing is there when
   * this fails.
   *
   * @param least how many bytes it has at the least
   * @param room how many more are wanted; where there is less room, less is taken, because what
   *     comes next may remove something
   * @param content writes it; called again when somebody removes the file before it has its name
   */
  LogFile make(long generation, long least, long room, Consumer<LogFile> content)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return tryMake(generation, least, room, content);
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      } catch (PosixException e) {
        if (attempt == ATTEMPTS || !e.is(Errno.ENOENT)) {
          throw e;
        }
      }
      log.debug("Somebody has removed the new log of generation " + generation + ": once more");
    }
  }

  private LogFile tryMake(long generation, long least, long room, Consumer<LogFile> content)
      throws IOException {
    ensure(directory);
    Path draft = directory.resolve(DRAFT);
    Posix.unlink(draft);
    LogFile made = create(draft, generation, least, room);
    boolean complete = false;
    try {
      content.accept(made);
      Mapping.raiseFault();
      Files.move(draft, made.path(), StandardCopyOption.ATOMIC_MOVE);
      complete = true;
      return made;
    } catch (InternalError e) {
      throw made.explain(e);
    } finally {
      if (!complete) {
        Cleanup.unlink(draft);
        made.close();
      }
    }
  }

  private LogFile create(Path draft, long generation, long least, long room) throws IOException {
    for (long wanted = room; ; wanted /= 2) {
      try {
        int size = (int) Math.min(LogFile.MAX_SIZE, least + wanted);
        return LogFile.create(access, draft, path(generation), size, generation);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOSPC) || wanted <= LEAST_ROOM) {
          throw e;
        }
      }
    }
  }

  /** Somebody may have removed it, with those above, while the cluster lives. */
  private void ensure(Path wanted) throws IOException {
    Path parent = wanted.getParent();
    if (parent != null && Posix.lstat(parent) == null) {
      ensure(parent);
    }
    access.ensureDirectory(wanted);
  }

  /** Removes all logs but that of a generation. */
  void removeOld(long generation) throws IOException {
    removeIf(
        each -> each.getFileName().toString().startsWith(FILE) && !each.equals(path(generation)));
  }

  /** Removes everything else that is in the directory. */
  void removeAllBut(Path kept) throws IOException {
    removeIf(each -> !each.equals(kept));
  }

  private void removeIf(Predicate<Path> unwanted) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path each : all) {
        if (unwanted.test(each)) {
          Posix.unlink(each);
        }
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
