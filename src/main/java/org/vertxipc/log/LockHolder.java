package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds which process has the lock of a log by what the kernel says of its descriptors, {@code
 * proc_pid_fdinfo(5)}: a process may be stopped after it took the lock and before it could write
 * that it has it. It takes long.
 */
final class LockHolder {
  private static final Path PROC = Path.of("/proc");
  private static final String PROCESS = "[1-9]*";
  private static final String DELETED = " (deleted)";

  private LockHolder() {}

  /** Returns the number of the process that locks the first byte of a file, 0 when none is seen. */
  static int find(Path file) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, PROCESS)) {
      for (Path process : processes) {
        if (holds(process, file.toString())) {
          return Integer.parseInt(process.getFileName().toString());
        }
      }
    } catch (IOException e) {
      return 0; // Without /proc nothing is known.
    }
    return 0;
  }

  private static boolean holds(Path process, String file) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path each : descriptors) {
        Path number = each.getFileName();
        if (leadsTo(each, file) && locks(process.resolve("fdinfo").resolve(number))) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // It has ended, or is another user's.
    }
    return false;
  }

  private static boolean leadsTo(Path descriptor, String file) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.equals(file) || target.equals(file + DELETED);
    } catch (IOException e) {
      return false; // It is closed again.
    }
  }

  private static boolean locks(Path info) throws IOException {
    return Files.readAllLines(info).stream()
        .anyMatch(line -> line.startsWith("lock:") && line.endsWith(" 0 0"));
  }
}
