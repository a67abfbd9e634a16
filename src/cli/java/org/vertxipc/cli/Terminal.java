package org.vertxipc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Detects whether the output goes to a terminal. On newer JDKs {@code System.console()} does not
 * say.
 */
final class Terminal {
  private Terminal() {}

  static boolean isStandardOutput() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // This is not Linux: rows are printed when they are complete.
    }
  }
}
