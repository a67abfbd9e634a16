package org.vertxipc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Detects whether the input comes from a terminal, and the output goes to one. On newer JDKs {@code
 * System.console()} does not say.
 */
final class Terminal {
  private Terminal() {}

  static boolean isStandardInput() {
    return is(0);
  }

  static boolean isStandardOutput() {
    return is(1);
  }

  private static boolean is(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // This is not Linux: rows are printed when they are complete.
    }
  }
}
