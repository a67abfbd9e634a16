package org.vertxipc.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that a test or the benchmark has started: it is told what to do and answers, a line each,
 * is stopped, goes on, and is killed. What it says on its standard error comes where that of the
 * test does, unless its builder says otherwise.
 */
public class JvmProcess implements AutoCloseable {
  private static final int CLOSE_SECONDS = 30;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    // A stopped JVM would not notice that its parent was interrupted.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  /** Starts a JVM that reads commands and answers. */
  protected JvmProcess(List<String> command) throws IOException {
    this(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  protected JvmProcess(ProcessBuilder builder) throws IOException {
    process = builder.start();
    out = process.inputReader(StandardCharsets.UTF_8);
    in = process.outputWriter(StandardCharsets.UTF_8);
    RUNNING.removeIf(other -> !other.isAlive());
    RUNNING.add(process);
  }

  /**
   * What starts a JVM as this one, on the same class path, which comes last; a main class and its
   * arguments are to be added.
   */
  public static List<String> command(List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(flags);
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  /** The same for a test, in which a JVM is to start soon rather than to be fast. */
  public static List<String> java(String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("-XX:TieredStopAtLevel=1");
    String logging = System.getProperty("java.util.logging.config.file", "");
    all.add("-Djava.util.logging.config.file=" + logging);
    return command(all);
  }

  /** Sends the next command. */
  public final void tell(String line) throws IOException {
    in.write(line);
    in.write('\n');
    in.flush();
  }

  /** Waits for the next line and returns it. */
  protected final String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the process is gone");
    }
    return line;
  }

  /** Waits for the next line, which must be this one. */
  public final void expect(String line) throws IOException {
    String said = line();
    if (!line.equals(said)) {
      throw new IOException("expected " + line + ", the process said " + said);
    }
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

  /** Tells it to end, without waiting until it has. */
  public final void endInput() throws IOException {
    if (process.isAlive()) {
      in.close();
    }
  }

  /** Ends it normally, or else by force, and fails then. */
  @Override
  public void close() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      return;
    }
    in.close();
    if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      kill();
      throw new IOException("the process did not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException("the process ended with " + process.exitValue());
    }
  }
}
