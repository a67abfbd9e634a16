package org.vertxipc.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A program in C of the benchmark. */
final class Program {
  private Program() {}

  /**
   * Compiles it. Returns null without a C compiler: the report says that its figures are not
   * measured.
   */
  static Path compile(String name, Path out) throws IOException, InterruptedException {
    Path program = out.resolve(name).toAbsolutePath();
    try {
      Process gcc =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), "src/bench/c/" + name + ".c")
              .inheritIO()
              .start();
      return gcc.waitFor() == 0 ? program : null;
    } catch (IOException e) {
      Bench.say("no gcc: " + e.getMessage());
      return null;
    }
  }
}
