package org.vertxipc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks on. {@code System.console()} does not say so on newer JDKs. */
final class Terminal {
  private Terminal() {}

  static boolean isStandardOutput() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // Not Linux: rows are printed when they are complete.
    }
  }
}
