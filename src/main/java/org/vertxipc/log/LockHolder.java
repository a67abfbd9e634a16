package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vertxipc.posix.ProcessFiles;

/**
 * Finds which process has the lock of a log by what the kernel says of its descriptors, {@code
 * proc_pid_fdinfo(5)}: a process may be stopped after it took the lock and before it could write
 * that it has it. It takes long.
 */
final class LockHolder {
  private LockHolder() {}

  /** Returns the number of the process that locks the first byte of a file, 0 when none is seen. */
  static int find(Path file) {
    Integer found = ProcessFiles.find(file, LockHolder::holder);
    return found == null ? 0 : found;
  }

  private static Integer holder(Path descriptor) {
    Path process = descriptor.getParent().getParent();
    return locks(process.resolve("fdinfo").resolve(descriptor.getFileName()))
        ? Integer.valueOf(process.getFileName().toString())
        : null;
  }

  private static boolean locks(Path info) {
    try {
      return Files.readAllLines(info).stream()
          .anyMatch(line -> line.startsWith("lock:") && line.endsWith(" 0 0"));
    } catch (IOException e) {
      return false; // It is closed again.
    }
  }
}
