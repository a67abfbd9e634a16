package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeFalse;

import io.vertx.core.VertxBuilder;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.vertxipc.IpcTransport;
import org.vertxipc.options.IpcTransportOptions;

/**
 * Puts the event buses of a test of Vert.x's own on rings, and checks at its end that no two of
 * them were connected by TCP.
 */
final class OverRings {
  static final Path HAZELCAST_CONFIG = Path.of("src/tck/hazelcast/cluster.xml").toAbsolutePath();
  private static final boolean HAZELCAST = "hazelcast".equals(System.getProperty("tck.manager"));
  private static final Path DIRECTORY = directory();

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
      return Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-tck");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static IpcTransportOptions options() {
    return new IpcTransportOptions().setDirectory(DIRECTORY.toString()).setRequire(true);
  }

  /** What a builder of the test builds goes by rings. */
  VertxBuilder on(VertxBuilder builder) {
    IpcTransport transport = IpcTransport.create(options());
    transports.add(transport);
    return builder.withTransport(transport);
  }

  /** Returns the cluster manager that the test is asked to use, usually its own. */
  ClusterManager manager(ClusterManager own) {
    return own != null && HAZELCAST ? new HazelcastClusterManager() : own;
  }

  /** Leaves out what Hazelcast's cluster manager can't do. */
  void assumeNotHazelcast() {
    assumeFalse("Hazelcast", HAZELCAST);
  }

  /** At the end of the test. */
  void check() {
    for (IpcTransport transport : transports) {
      assertEquals("connections by TCP", 0, transport.tcpConnections());
    }
  }
}
