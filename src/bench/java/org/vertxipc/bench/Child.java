package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link BenchNode} in a JVM of its own. */
final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private Child(Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts one.
   *
   * @param config what it is to be
   * @param core the core to keep it on, or -1 to leave that to the kernel
   */
  static Child start(JsonObject config, int core) throws IOException {
    List<String> command = new ArrayList<>();
    if (core >= 0) {
      command.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-Xms256m",
            "-Xmx512m",
            // The same for all: on two cores other collectors' threads take a core for themselves.
            "-XX:+UseSerialGC",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            // What Hazelcast asks for, to be as fast as it can.
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
            // What Chronicle Queue asks for, and that it tells nobody that it is run.
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.disk.monitor.disable=true"));
    String more = System.getProperty("bench.child.flags");
    if (more != null) {
      command.addAll(List.of(more.split(" ", -1)));
    }
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BenchNode.class.getName());
    command.add(config.encode());
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    // One that is stopped would not see that the benchmark was broken off.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Child child = new Child(process);
    child.answer();
    return child;
  }

  private JsonObject answer() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(BenchNode.MARK)) {
        return new JsonObject(line.substring(BenchNode.MARK.length()));
      }
      System.err.println(line);
    }
    throw new IOException("A process of the benchmark ended");
  }

  JsonObject call(JsonObject command) throws IOException {
    in.write(command.encode());
    in.write('\n');
    in.flush();
    return answer();
  }

  /** What it has used so far. */
  JsonObject resources() throws IOException {
    return call(new JsonObject().put("resources", true)).getJsonObject("resources");
  }

  /** Lets it run, or stops it: one that is not measured takes nothing from those that are. */
  void setRunning(boolean running) throws IOException, InterruptedException {
    String signal = running ? "-CONT" : "-STOP";
    int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new IOException("kill " + signal + " failed");
    }
  }

  /** Ends it in order, so that it leaves nothing in the kernel, or else by force. */
  @Override
  public void close() throws InterruptedException {
    try {
      setRunning(true);
      in.close();
    } catch (IOException e) {
      System.err.println("bench: a process is ended by force: " + e.getMessage());
      process.destroyForcibly();
    }
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }
}
