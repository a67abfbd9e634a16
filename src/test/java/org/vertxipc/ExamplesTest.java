package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.examples.ClusteredVerticle;
import org.vertxipc.examples.NewsRoom;
import org.vertxipc.examples.PingPong;
import org.vertxipc.examples.TracedOrder;
import org.vertxipc.examples.TwoHosts;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Checks that the examples do what they say, each process in a JVM of its own. */
@OnOneJdk
class ExamplesTest {
  // These are on the class path of the examples with a cluster, and of no test.
  private static final String HAZELCAST = System.getProperty("vertxipc.hazelcast");
  // And these on that of the example with traces.
  private static final String OPENTELEMETRY = System.getProperty("vertxipc.opentelemetry");

  @TempDir Path temp;
  private final String bus = "example-" + UUID.randomUUID().toString().substring(0, 8);
  private final Processes processes = new Processes();

  @AfterEach
  void end() throws Exception {
    processes.end();
  }

  private Process start(Class<?> main, String... args) throws IOException {
    return start(List.of(), new File("."), main, args);
  }

  private Process start(List<String> flags, File directory, Class<?> main, String... args)
      throws IOException {
    List<String> command;
    if (main == TwoHosts.class || main == ClusteredVerticle.class) {
      command =
          JvmProcess.java(
              "-Xmx256m",
              "--add-opens=java.base/java.lang=ALL-UNNAMED",
              "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
              "--add-opens=java.management/sun.management=ALL-UNNAMED",
              "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
      addToClassPath(command, HAZELCAST);
    } else {
      command = JvmProcess.java("-Xmx256m");
    }
    if (main == TracedOrder.class) {
      addToClassPath(command, OPENTELEMETRY);
    }
    command.addAll(flags);
    command.add(main.getName());
    command.addAll(List.of(args));
    return processes.start(
        new ProcessBuilder(command)
            .directory(directory)
            .redirectError(Redirect.INHERIT)
            .redirectOutput(out(args[0]).toFile()));
  }

  private static void addToClassPath(List<String> command, String entries) {
    int classPath = command.size() - 1;
    command.set(classPath, command.get(classPath) + File.pathSeparator + entries);
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

  /**
   * Returns the service, the kind and the name of a span, with the address of a message in
   * brackets.
   */
  private static String what(JsonObject span) {
    String what =
        "%s %s %s"
            .formatted(span.getString("service"), span.getString("kind"), span.getString("name"));
    return span.containsKey("address") ? what + " [" + span.getString("address") + "]" : what;
  }

  @Test
  void tracedOrder() throws Exception {
    Process shop = start(TracedOrder.class, "shop", bus);
    Process stock = start(TracedOrder.class, "stock", bus);
    ends(shop);
    ends(stock);
    Map<String, JsonObject> spans = new HashMap<>();
    for (String name : List.of("shop", "stock")) {
      for (String line : lines(name)) {
        if (line.startsWith("{")) {
          JsonObject span = new JsonObject(line);
          assertEquals(name, span.getString("service"));
          assertNull(spans.put(span.getString("span"), span), line);
        }
      }
    }
    assertEquals(1, spans.values().stream().map(s -> s.getString("trace")).distinct().count());
    // All of them, each below the span that caused it, up to one root.
    Map<String, String> causes = new TreeMap<>();
    for (JsonObject span : spans.values()) {
      String parent = span.getString("parent");
      assertTrue(parent == null || spans.containsKey(parent), span.encode());
      causes.put(what(span), parent == null ? "nothing" : what(spans.get(parent)));
      assertFalse(span.containsKey("failure"), span.encode());
    }
    assertEquals(
        new TreeMap<>(
            Map.of(
                "shop INTERNAL order", "nothing",
                "shop CLIENT send [stock.price]", "shop INTERNAL order",
                "stock SERVER send [stock.price]", "shop CLIENT send [stock.price]",
                "stock INTERNAL look up", "stock SERVER send [stock.price]",
                "stock CLIENT send [shop.discount]", "stock SERVER send [stock.price]",
                "shop SERVER send [shop.discount]", "stock CLIENT send [shop.discount]",
                "shop CLIENT publish [stock.orders]", "shop INTERNAL order",
                "stock SERVER publish [stock.orders]", "shop CLIENT publish [stock.orders]")),
        causes);
    assertEquals(causes.size(), spans.size());
    assertTrue(lines("shop").contains("tea costs 7.5"), lines("shop").toString());
    assertTrue(lines("stock").contains("ordered: tea"), lines("stock").toString());
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

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(free.getLocalPort());
    }
  }

  @Test
  void clusteredVerticle() throws Exception {
    String port = freePort();
    start(ClusteredVerticle.class, "prices", port);
    Await.until("prices", () -> lines("prices").size() == 1);
    ends(start(ClusteredVerticle.class, "shop", port));
    assertEquals(List.of("tea costs 7.5", "asked by rings"), lines("shop"));
  }

  /** Native libraries are unpacked before they are loaded, and nothing can be written in /proc. */
  @Test
  void aClusterWithoutNativeLibrariesGoesByTcp() throws Exception {
    String port = freePort();
    File nowhere = new File("/proc");
    List<String> flags = List.of("-Djava.io.tmpdir=/proc", "-Dvertx.cacheDirBase=" + temp);
    start(flags, nowhere, ClusteredVerticle.class, "prices", port);
    Await.until("prices", () -> lines("prices").size() == 1);
    ends(start(flags, nowhere, ClusteredVerticle.class, "shop", port));
    assertEquals(List.of("tea costs 7.5", "asked by TCP"), lines("shop"));
  }

  @Test
  void twoHosts() throws Exception {
    String port = freePort();
    List<String> names = List.of("oslo1", "oslo2", "rome1", "rome2");
    Path root = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-hosts");
    try {
      List<Process> all = new ArrayList<>();
      for (String name : names) {
        all.add(start(TwoHosts.class, name, root.toString(), port));
        // The others join the first.
        Await.until(name, () -> lines(name).contains(name + " is there"));
      }
      for (Process each : all) {
        ends(each);
      }
      for (String name : names) {
        String host = name.substring(0, 4);
        for (String other : names) {
          if (!other.equals(name)) {
            String how = other.startsWith(host) ? "rings" : "TCP: no process in " + root + "/";
            String line = name + " reaches " + other + " by " + how;
            assertEquals(1, lines(name).stream().filter(l -> l.startsWith(line)).count(), line);
          }
          assertTrue(lines(name).contains(name + " hears greetings from " + other), other);
        }
        assertTrue(lines(name).contains(name + " had 2 connections by rings, 4 by TCP"), name);
      }
      // Whoever leaves removes what it has made.
      for (String host : List.of("oslo", "rome")) {
        assertFalse(Files.exists(root.resolve(host)), host);
      }
    } finally {
      Files.delete(root);
    }
  }
}
