package org.vertxipc.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Counts the resources that this process holds. */
final class Leaks {
  private Leaks() {}

  static int descriptors() throws IOException {
    return descriptorTargets().size();
  }

  /** Returns where each open descriptor leads; retries when one is closed meanwhile. */
  static List<String> descriptorTargets() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : fds.toList()) {
        if (Files.isSymbolicLink(fd)) {
          targets.add(Files.readSymbolicLink(fd).toString());
        }
      }
    } catch (NoSuchFileException e) {
      return descriptorTargets();
    }
    return targets;
  }

  /** Returns the mappings of files in a directory. */
  static int mappings(Path directory) throws IOException {
    return (int)
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains(directory.toString()))
            .count();
  }

  /** Returns how much of the heap is in use, in bytes. */
  static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
