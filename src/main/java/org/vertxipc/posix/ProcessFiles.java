package org.vertxipc.posix;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Finds a file among the descriptors of the processes of this user, see {@code proc_pid_fd(5)}. It
 * takes long, and sees processes of the same namespace only.
 */
public final class ProcessFiles {
  private static final Path PROC = Path.of("/proc");
  private static final String PROCESS = "[1-9]*";
  private static final String DELETED = " (deleted)";

  private ProcessFiles() {}

  /**
   * Looks at each descriptor of a file, whether the file still has its name or not.
   *
   * @param file the name that it has or had
   * @param use is given {@code /proc/PID/fd/FD}, which may be closed meanwhile; null when that was
   *     not the right one
   * @param <T> what is looked for
   * @return the first that is not null; null when there is none, or nothing can be seen
   */
  public static <T> T find(Path file, Function<Path, T> use) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, PROCESS)) {
      String real = real(file.toAbsolutePath().normalize()).toString();
      for (Path process : processes) {
        T found = find(process, real, use);
        if (found != null) {
          return found;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return null; // Without /proc nothing is known.
    }
    return null;
  }

  /** Returns a name as the kernel says it: without symbolic links, as far as it still exists. */
  private static Path real(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      return file;
    }
    try {
      return parent.toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      return real(parent).resolve(file.getFileName()); // It is removed, too.
    }
  }

  private static <T> T find(Path process, String file, Function<Path, T> use) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path each : descriptors) {
        T found = leadsTo(each, file) ? use.apply(each) : null;
        if (found != null) {
          return found;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return null; // It has ended, perhaps meanwhile, or is another user's.
    }
    return null;
  }

  private static boolean leadsTo(Path descriptor, String file) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.equals(file) || target.equals(file + DELETED);
    } catch (IOException e) {
      return false; // It is closed again.
    }
  }
}
