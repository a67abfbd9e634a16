package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.vertxipc.testing.ClusterProcess.Member;

/**
 * A cluster of Vert.x whose processes are on several "hosts": those with the same directory of a
 * bus are on one. At the end nothing of it may be left in shared memory.
 */
public final class ClusterHosts implements AutoCloseable {
  private static final int MEMBERS = 8;
  // Below those that the kernel gives to connections.
  private static final int LOWEST_PORT = 12_000;
  private static final int PORTS = 18_000;

  private final String prefix =
      "/dev/shm/vertx-ipc-hosts-" + UUID.randomUUID().toString().substring(0, 8) + "-";
  private final List<Integer> members = new ArrayList<>();
  private final List<ClusterProcess> processes = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();
  private final Random random = new Random();
  private int next;

  public ClusterHosts() throws IOException {
    for (int i = 0; i < MEMBERS; i++) {
      members.add(port());
    }
  }

  /** A port of loopback that nobody uses now. */
  public int port() throws IOException {
    while (true) {
      int port = LOWEST_PORT + random.nextInt(PORTS);
      if (isFree(port)) {
        return port;
      }
    }
  }

  /** The directory of a host, which is made when it is needed. */
  public Path directory(int host) {
    Path directory = Path.of(prefix + host);
    if (!directories.contains(directory)) {
      directories.add(directory);
    }
    return directory;
  }

  /** The options of the transport of a host. */
  public JsonObject transport(int host) {
    return new JsonObject().put("directory", directory(host).toString());
  }

  /** In turn, because one that was told before may not be used yet. */
  private int freeMember() throws IOException {
    while (true) {
      int member = members.get(next++ % MEMBERS);
      if (isFree(member)) {
        return member;
      }
    }
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (BindException e) {
      return false;
    }
  }

  /** How a node is made whose event bus has a port. */
  public JsonObject config(int port) throws IOException {
    return new JsonObject()
        .put("member", freeMember())
        .put("members", new JsonArray(List.copyOf(members)))
        .put("port", port);
  }

  /** How a node of a host is made whose event bus has a port. */
  public JsonObject config(int host, int port) throws IOException {
    return config(port).put("transport", transport(host));
  }

  /** How a node of a host is made that needs no network; logs of it are as short as they can be. */
  public JsonObject local(int host) {
    return new JsonObject()
        .put("loops", 1)
        .put(
            "cluster",
            new JsonObject().put("directory", directory(host).toString()).put("logBytes", 1 << 16));
  }

  /** Starts a JVM without another cluster manager. */
  public ClusterProcess spawnAlone(String... flags) throws IOException {
    return spawnAlone(JvmProcess.java(flags));
  }

  /** The same, by a command that starts another one. */
  public ClusterProcess spawnAlone(List<String> starter, String... flags) throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.addAll(JvmProcess.java(flags));
    return spawnAlone(command);
  }

  /** The same, by a command that starts Java. */
  public ClusterProcess spawnAlone(List<String> java) throws IOException {
    ClusterProcess process = ClusterProcess.spawnAlone(java);
    processes.add(process);
    return process;
  }

  /** Starts a JVM. */
  public ClusterProcess spawn(Map<String, String> environment, String... flags) throws IOException {
    return spawn(List.of(), environment, flags);
  }

  /** The same, by a command that starts another one. */
  public ClusterProcess spawn(
      List<String> starter, Map<String, String> environment, String... flags) throws IOException {
    ClusterProcess process = ClusterProcess.spawn(starter, environment, flags);
    processes.add(process);
    return process;
  }

  public ClusterProcess spawn() throws IOException {
    return spawn(Map.of());
  }

  /** Waits until what each of the nodes publishes comes to consumers at all of them. */
  public static void join(String address, Member... all) throws Exception {
    for (Member each : all) {
      each.consume(address, "record");
    }
    for (int i = 0; i < all.length; i++) {
      Member sender = all[i];
      String text = "join " + i;
      Await.until(
          "all know all",
          () -> {
            try {
              sender.publish(address, text);
              for (Member each : all) {
                if (each.count(address) == 0 || !each.received(address).contains(text)) {
                  return false;
                }
              }
              return true;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  /**
   * All files of a host, sorted, relative to its directory; directories are not among them, and
   * counters only if nothing else is left: they come within a second, and those of the dead stay
   * until the last has left.
   */
  public List<String> files(int host) throws IOException {
    List<String> all = all(host);
    List<String> others = all.stream().filter(file -> !isOfCounters(file)).toList();
    return others.isEmpty() ? all : others;
  }

  /** Waits until a node of a host shows what it counts, for which it has a descriptor then. */
  public void awaitCounters(int host) throws InterruptedException {
    Await.until("it shows its counters", () -> isShown(host));
  }

  private boolean isShown(int host) {
    try {
      return all(host).stream().anyMatch(file -> file.endsWith("/counters"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfCounters(String file) {
    return file.endsWith("/counters") || file.contains("/.dead/");
  }

  private List<String> all(int host) throws IOException {
    Path directory = directory(host);
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> !Files.isDirectory(file))
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      // One was removed meanwhile.
      return all(host);
    }
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    for (ClusterProcess process : processes) {
      process.endInput();
    }
    for (ClusterProcess process : processes) {
      try {
        process.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    for (Path directory : directories) {
      if (Files.exists(directory) && failure == null) {
        try (Stream<Path> left = Files.walk(directory)) {
          failure = new IOException("left behind: " + left.toList());
        }
      }
      if (Files.exists(directory)) {
        OtherUsers.delete(directory);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
