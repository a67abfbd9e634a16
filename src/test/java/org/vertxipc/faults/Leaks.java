package org.vertxipc.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds of the kernel. */
final class Leaks {
  private Leaks() {}

  static int descriptors() {
    String[] fds = Path.of("/proc/self/fd").toFile().list();
    return fds == null ? 0 : fds.length;
  }

  /** Mappings of files in a directory. */
  static int mappings(Path directory) throws IOException {
    return (int)
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains(directory.toString()))
            .count();
  }
}
