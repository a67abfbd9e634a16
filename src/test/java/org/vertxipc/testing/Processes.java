package org.vertxipc.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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

  /** Runs a command to its end: its exit code, or -1 where there is no such command. */
  public static int exit(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Ends them all in order, and by force those that do not end: then the test fails. */
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
