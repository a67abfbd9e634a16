package org.vertxipc.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JVM that a test has started, and can stop, continue, and kill. */
public class JvmProcess {
  private final Process process;

  protected JvmProcess(Process process) {
    this.process = process;
  }

  protected final Process process() {
    return process;
  }

  public final long pid() {
    return process.pid();
  }

  public final boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal; returns when it has stopped if it is STOP. */
  public final void signal(String name) throws IOException, InterruptedException {
    if (Processes.exit("kill", "-" + name, Long.toString(pid())) != 0) {
      throw new IOException("kill -" + name + " failed");
    }
    if (name.equals("STOP")) {
      Await.until("all its threads are stopped", this::isStopped);
    }
  }

  /** Returns whether every thread is in state T of {@code proc_pid_stat(5)}. */
  private boolean isStopped() {
    String[] tasks = new File("/proc/" + pid() + "/task").list();
    if (tasks == null) {
      return false;
    }
    for (String task : tasks) {
      try {
        String stat = Files.readString(Path.of("/proc/" + pid() + "/task", task, "stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      } catch (IOException e) {
        return false; // It has ended meanwhile; another look tells.
      }
    }
    return true;
  }

  public final void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
