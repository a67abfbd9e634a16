package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.tests.eventbus.FaultToleranceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@code FaultToleranceTest} of Vert.x, by rings, with Hazelcast: four processes, of which two are
 * killed.
 */
public class FaultToleranceRingTest extends FaultToleranceTest {
  private static final String SERVICE = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";

  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final OverRings rings = new OverRings();

  @Override
  protected VertxBuilder createVertxBuilder(VertxOptions options) {
    return rings.on(super.createVertxBuilder(options));
  }

  @Override
  protected ClusterManager getClusterManager() {
    System.setProperty("vertx.hazelcast.config", OverRings.HAZELCAST_CONFIG.toString());
    return new HazelcastClusterManager();
  }

  /** The other processes take the first cluster manager that their class path names. */
  @Override
  protected List<String> getExternalNodeSystemProperties() {
    return List.of(
        "-Dvertx.hazelcast.config=" + OverRings.HAZELCAST_CONFIG,
        "-Dvertxipc.transport=" + OverRings.options().toJson().encode(),
        "-classpath",
        services() + ":" + System.getProperty("java.class.path"));
  }

  /**
   * Hazelcast needs its time until it knows who is dead, and the survivors until they have removed
   * the consumers of the dead. Nobody asks for these meanwhile.
   */
  @Override
  protected void afterNodesKilled() throws Exception {
    super.afterNodesKilled();
    ClusterManager manager = vertx.clusterManager();
    long end = System.nanoTime() + FORGOTTEN_NANOS;
    for (int node = 0; node < 2; node++) {
      for (int i = 0; i < ADDRESSES_COUNT; i++) {
        String address = "address-" + node + "-" + i;
        while (!registrations(manager, address).isEmpty()) {
          assertTrue(address + " still has a consumer", System.nanoTime() < end);
          Thread.sleep(10);
        }
      }
    }
  }

  private static List<RegistrationInfo> registrations(ClusterManager manager, String address)
      throws Exception {
    CompletableFuture<List<RegistrationInfo>> found = new CompletableFuture<>();
    manager.getRegistrations(
        address,
        (registrations, failure) -> {
          if (failure == null) {
            found.complete(registrations);
          } else {
            found.completeExceptionally(failure);
          }
        });
    return found.get(30, TimeUnit.SECONDS);
  }

  private static Path services() {
    try {
      Path directory = Files.createTempDirectory("vertx-ipc-tck");
      Path file = directory.resolve(SERVICE);
      Files.createDirectories(file.getParent());
      Files.writeString(file, HazelcastClusterManager.class.getName() + "\n");
      file.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void tearDown() throws Exception {
    super.tearDown();
    rings.check();
  }
}
