package org.vertxipc.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The processes that one test has started. */
public final class Processes {
  private final List<Process> started = new ArrayList<>();

  public Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Runs a command to its end; returns its exit code, or -1 without such a command. */
  public static int exit(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Returns whether there is such a command, and it succeeds; its output is ignored. */
  public static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for the end of a process, which must succeed; returns its output. */
  public static String output(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException("the process ended with " + exit + ": " + said);
    }
    return said;
  }

  /** Ends all normally, or else by force, and fails the test then. */
  public void end() throws InterruptedException {
    boolean ended = true;
    for (Process process : started) {
      process.destroy();
      ended &= process.waitFor(20, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
    assertTrue(ended, "all end on SIGTERM");
  }
}
