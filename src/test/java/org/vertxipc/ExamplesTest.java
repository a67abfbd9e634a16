package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.examples.NewsRoom;
import org.vertxipc.examples.PingPong;
import org.vertxipc.examples.TwoHosts;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.Processes;

/** Checks that the examples do what they say, each process in a JVM of its own. */
class ExamplesTest {
  // These are on the class path of one example, and of no test.
  private static final String HAZELCAST = System.getProperty("vertxipc.hazelcast");

  @TempDir Path temp;
  private final String bus = "example-" + UUID.randomUUID().toString().substring(0, 8);
  private final Processes processes = new Processes();

  @AfterEach
  void end() throws Exception {
    processes.end();
  }

  private Process start(Class<?> main, String... args) throws IOException {
    List<String> command;
    if (main == TwoHosts.class) {
      command =
          JvmProcess.java(
              "-Xmx256m",
              "--add-opens=java.base/java.lang=ALL-UNNAMED",
              "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
              "--add-opens=java.management/sun.management=ALL-UNNAMED",
              "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
      int classPath = command.size() - 1;
      command.set(classPath, command.get(classPath) + File.pathSeparator + HAZELCAST);
    } else {
      command = JvmProcess.java("-Xmx256m");
    }
    command.add(main.getName());
    command.addAll(List.of(args));
    return processes.start(
        new ProcessBuilder(command)
            .redirectError(Redirect.INHERIT)
            .redirectOutput(out(args[0]).toFile()));
  }

  private Path out(String name) {
    return temp.resolve(name + ".out");
  }

  private List<String> lines(String name) {
    try {
      return Files.readAllLines(out(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ends(Process process) throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends by itself");
    assertEquals(0, process.exitValue());
  }

  @Test
  void pingPong() throws Exception {
    Process ping = start(PingPong.class, "ping", bus);
    Process pong = start(PingPong.class, "pong", bus);
    ends(ping);
    ends(pong);
    assertTrue(lines("ping").get(0).startsWith("1000 rounds, "), lines("ping").toString());
    assertEquals(List.of("ping left: left the bus"), lines("pong"));
  }

  @Test
  void newsRoom() throws Exception {
    List<String> names = List.of("rome", "oslo", "lima");
    List<Process> rooms = new ArrayList<>();
    for (String name : names) {
      rooms.add(start(NewsRoom.class, name, bus));
    }
    for (Process room : rooms) {
      ends(room);
    }
    for (String name : names) {
      List<String> expected =
          names.stream().map(n -> name + " reads: greetings from " + n).sorted().toList();
      assertEquals(expected, lines(name).stream().sorted().toList());
    }
  }

  @Test
  void twoHosts() throws Exception {
    String port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(free.getLocalPort());
    }
    start(TwoHosts.class, "greeter", bus + "-2");
    start(TwoHosts.class, "gateway2", bus + "-2", port);
    Await.until("gateway2", () -> lines("gateway2").size() == 1);
    start(TwoHosts.class, "gateway1", bus + "-1", port);
    Await.until("gateway1", () -> lines("gateway1").size() == 1);
    ends(start(TwoHosts.class, "asker", bus + "-1"));
    assertEquals(List.of("asker is on " + bus + "-1", "Hello from the other host"), lines("asker"));
  }
}
