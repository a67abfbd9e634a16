package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.testing.JvmProcess;

/** A {@link BenchNode} in a JVM of its own. */
final class Child extends JvmProcess {
  private static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx512m",
          // The same for all: on two cores, the threads of other collectors would take a whole
          // core.
          "-XX:+UseSerialGC",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          // Hazelcast asks for these to be as fast as it can.
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
          // Chronicle Queue asks for these; the last one switches off its reports of usage.
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "-Dchronicle.analytics.disable=true",
          "-Dchronicle.disk.monitor.disable=true");

  private Child(List<String> command) throws IOException {
    super(command);
  }

  /** Starts a process, and returns when it is what the configuration says. */
  static Child start(JsonObject config) throws IOException {
    Child child = spawn(-1);
    child.become(config);
    child.answer();
    return child;
  }

  /**
   * Starts a JVM, which is then told what it shall be.
   *
   * @param core the core to keep it on, or -1 to leave that to the kernel
   */
  static Child spawn(int core) throws IOException {
    List<String> command = new ArrayList<>();
    if (core >= 0) {
      command.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    List<String> flags = new ArrayList<>(FLAGS);
    String more = System.getProperty("bench.child.flags");
    if (more != null) {
      flags.addAll(List.of(more.split(" ", -1)));
    }
    if (Runtime.version().feature() >= 24) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(command(flags));
    command.add(BenchNode.class.getName());
    return new Child(command);
  }

  /** Tells it what it shall be; it answers when it is. */
  void become(JsonObject config) throws IOException {
    tell(config.encode());
  }

  /** Waits for the next answer. */
  JsonObject answer() throws IOException {
    String line = line();
    while (!line.startsWith(BenchNode.MARK)) {
      System.err.println(line);
      line = line();
    }
    return new JsonObject(line.substring(BenchNode.MARK.length()));
  }

  JsonObject call(JsonObject command) throws IOException {
    tell(command.encode());
    return answer();
  }

  /** Returns what it has used so far. */
  JsonObject resources() throws IOException {
    return call(new JsonObject().put("resources", true)).getJsonObject("resources");
  }

  /** Lets it run, or stops it, so that it takes nothing from those that are measured. */
  void setRunning(boolean running) throws IOException, InterruptedException {
    signal(running ? "CONT" : "STOP");
  }

  /** Ends it normally, so that it leaves nothing in the kernel, or else by force. */
  @Override
  public void close() throws InterruptedException {
    try {
      setRunning(true);
      super.close();
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      kill();
    }
  }
}
