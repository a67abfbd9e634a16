package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeFalse;
import static org.junit.Assume.assumeTrue;

import io.vertx.core.VertxBuilder;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.vertxipc.IpcClusterManager;
import org.vertxipc.IpcTransport;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;

/**
 * Puts the event buses of a test of Vert.x's own on rings, and checks at its end that no two of
 * them were connected by TCP.
 */
final class OverRings {
  static final Path HAZELCAST_CONFIG = Path.of("src/tck/hazelcast/cluster.xml").toAbsolutePath();
  private static final String MANAGER = System.getProperty("tck.manager", "fake");
  private static final boolean HAZELCAST = MANAGER.equals("hazelcast");
  private static final boolean IPC = MANAGER.equals("ipc");
  private static final Path DIRECTORY = directory();

  private static final String SERVICE = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";
  private static final int INODE_COLUMN = 9;
  private static final String SOCKET = "socket:[";

  private final Queue<IpcTransport> transports = new ConcurrentLinkedQueue<>();

  OverRings() {
    if (HAZELCAST) {
      System.setProperty("vertx.hazelcast.config", HAZELCAST_CONFIG.toString());
    }
    // Some tests build a Vert.x in a way of their own.
    install();
  }

  /** Every Vert.x of this process gets a transport of ours. */
  static void install() {
    System.setProperty("vertxipc.transport", options().toJson().encode());
  }

  private static Path directory() {
    try {
      Path made = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-tck");
      made.toFile().deleteOnExit();
      return made.resolve("buses");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static IpcTransportOptions options() {
    return new IpcTransportOptions()
        .setDirectory(DIRECTORY.toString())
        .setRequire(true)
        .setNetwork(!IPC);
  }

  static IpcClusterOptions clusterOptions() {
    return new IpcClusterOptions().setDirectory(DIRECTORY.toString());
  }

  /** What a builder of the test builds goes by rings. */
  VertxBuilder on(VertxBuilder builder) {
    IpcTransport transport = IpcTransport.create(options());
    transports.add(transport);
    return builder.withTransport(transport);
  }

  /** Returns the cluster manager that the test is asked to use, usually its own. */
  ClusterManager manager(ClusterManager own) {
    if (own == null) {
      return null;
    }
    if (IPC) {
      return new IpcClusterManager(clusterOptions());
    }
    return HAZELCAST ? new HazelcastClusterManager() : own;
  }

  /** Leaves out what Hazelcast's cluster manager can't do. */
  void assumeNotHazelcast() {
    assumeFalse("Hazelcast", HAZELCAST);
  }

  /** Leaves out what only the cluster without a network promises. */
  void assumeIpc() {
    assumeTrue("the cluster without a network", IPC);
  }

  /** The class path of another process, which takes the first cluster manager that it names. */
  static String classPath() {
    String own = System.getProperty("java.class.path");
    return IPC ? own : services(HazelcastClusterManager.class) + ":" + own;
  }

  /** What makes another process a member of the same cluster. */
  static List<String> properties() {
    return IPC
        ? List.of("-Dvertxipc.cluster=" + clusterOptions().toJson().encode())
        : List.of(
            "-Dvertx.hazelcast.config=" + HAZELCAST_CONFIG,
            "-Dvertxipc.transport=" + options().toJson().encode());
  }

  private static Path services(Class<?> manager) {
    try {
      Path directory = Files.createTempDirectory("vertx-ipc-tck");
      Path file = directory.resolve(SERVICE);
      Files.createDirectories(file.getParent());
      Files.writeString(file, manager.getName() + "\n");
      file.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At the end of the test. */
  void check() throws IOException {
    for (IpcTransport transport : transports) {
      assertEquals("connections by TCP", 0, transport.tcpConnections());
    }
    if (IPC) {
      assertEquals("sockets", List.of(), sockets());
    }
  }

  /** The sockets of TCP and UDP that this process has. */
  private static List<String> sockets() throws IOException {
    Set<String> own = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        // The descriptor of this listing, for one, is closed again.
        if (Files.isSymbolicLink(each)) {
          own.add(target(each));
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns.length > INODE_COLUMN && own.contains(columns[INODE_COLUMN])) {
          found.add(table + " " + line.trim());
        }
      }
    }
    return found;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith(SOCKET)
          ? target.substring(SOCKET.length(), target.length() - 1)
          : "";
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
