package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.tests.eventbus.FaultToleranceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code FaultToleranceTest} of Vert.x, by rings, with Hazelcast: four processes, of which two are
 * killed.
 */
public class FaultToleranceRingTest extends FaultToleranceTest {
  private static final String SERVICE = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";

  private static final int ATTEMPTS = 10;
  private static final long ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(10);

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
   * Hazelcast needs its time until it knows who is dead, and the survivor until it forgets the
   * consumers of the dead, which only its answers show. Until then its requests time out.
   */
  @Override
  protected void afterNodesKilled() throws Exception {
    super.afterNodesKilled();
    JsonArray dead = new JsonArray().add(0).add(1);
    int all = dead.size() * ADDRESSES_COUNT;
    for (int attempt = 0; attempt < ATTEMPTS && noHandlersErrors.get() != all; attempt++) {
      noHandlersErrors.set(0);
      vertx.eventBus().publish("ping", dead);
      long end = System.nanoTime() + ATTEMPT_NANOS;
      while (noHandlersErrors.get() != all && System.nanoTime() < end) {
        Thread.sleep(10);
      }
    }
    assertEquals(all, noHandlersErrors.getAndSet(0));
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
