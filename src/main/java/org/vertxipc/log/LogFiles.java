package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The files of a log: one for each generation, of which all but the newest are removed.
 *
 * @param access who may open them
 * @param directory in which they are
 */
record LogFiles(Access access, Path directory) {
  private static final String LOG = "log-";
  private static final String DRAFT = "log.new";

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
   * Makes the file of a generation, which has its name when it is complete. Nothing is there when
   * this fails.
   */
  LogFile make(long generation, int size, Consumer<LogFile> content) throws IOException {
    access.ensureDirectory(directory);
    Path draft = directory.resolve(DRAFT);
    Posix.unlink(draft);
    LogFile made = LogFile.create(access, draft, path(generation), size, generation);
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

  /** Removes everything else that is in the directory. */
  void removeAllBut(Path kept) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path each : all) {
        if (!each.equals(kept)) {
          Posix.unlink(each);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
