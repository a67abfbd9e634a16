package org.vertxipc.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.file.CountersFile;
import org.vertxipc.counters.file.CountersImage;
import org.vertxipc.posix.Posix;

/** Runs the built tool from a real shell, in processes of its own, which leave no bus behind. */
public abstract class CliShell {
  protected static final String JAR = System.getProperty("vertxipc.cli.jar");
  protected static final String JAVA = System.getProperty("java.home") + "/bin/java";
  // These processes are to start soon rather than to be fast.
  protected static final String SOON = JAVA + " -XX:TieredStopAtLevel=1";

  @TempDir protected Path temp;
  protected final String bus = "cli-" + UUID.randomUUID().toString().substring(0, 8);
  private final Processes processes = new Processes();

  @AfterEach
  void end() throws Exception {
    processes.end();
    assertFalse(Files.exists(directory().resolve(bus)), "left behind");
  }

  protected static Path directory() {
    return Path.of("/dev/shm/vertx-ipc-cli-tests-" + ProcessHandle.current().pid());
  }

  /** Returns whether a line of the demo says that all that was sent arrived, without a socket. */
  public static boolean isGood(String transport, String line) {
    return line.startsWith(transport)
        && line.contains("producer 0, consumer 0")
        && line.matches("[a-z]+ +([1-9][0-9,]*) +\\1 +0 +0 +0 .*");
  }

  /** A shell command in which {@code $CLI} is the tool; its output is kept under the name. */
  protected Process shell(String name, String command) throws IOException {
    return run(name, "sh", "-c", command);
  }

  protected Process run(String name, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File(".").getAbsoluteFile())
            .redirectOutput(temp.resolve(name + ".out").toFile())
            .redirectError(temp.resolve(name + ".err").toFile());
    builder.environment().put("CLI", SOON + " -jar " + JAR);
    builder.environment().put("BUS", bus);
    builder.environment().put("DIR", "--directory " + directory());
    builder.environment().put("TEMP", temp.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return processes.start(builder);
  }

  protected String text(String name) {
    try {
      return Files.readString(temp.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what a node would have shown that has lost messages and died. */
  protected static void writeLosses(Path file) throws IOException {
    CounterSet counters = new CounterSet();
    counters.counter("", "messages.lost", Map.of("reason", "too-large")).add(1_234);
    counters.counter("", "messages.lost", Map.of("reason", "nobody"));
    CountersImage image = new CountersImage(1, 2);
    assertTrue(image.take(counters, 3));
    int fd = Posix.open(file, Posix.O_RDWR | Posix.O_CREAT, 0600);
    try {
      CountersFile.write(fd, image);
    } finally {
      Posix.close(fd);
    }
  }

  protected static int exit(Process process) throws InterruptedException {
    assertTrue(process.waitFor(80, TimeUnit.SECONDS), "ends");
    return process.exitValue();
  }
}
