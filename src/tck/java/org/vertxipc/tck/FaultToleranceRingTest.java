package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.tests.eventbus.FaultToleranceTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code FaultToleranceTest} of Vert.x, by rings: four processes, of which two are killed. */
public class FaultToleranceRingTest extends FaultToleranceTest {
  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final OverRings rings = new OverRings();

  @Override
  protected VertxBuilder createVertxBuilder(VertxOptions options) {
    return rings.on(super.createVertxBuilder(options));
  }

  @Override
  protected ClusterManager getClusterManager() {
    return rings.manager(new HazelcastClusterManager());
  }

  @Override
  protected List<String> getExternalNodeSystemProperties() {
    List<String> all = new ArrayList<>(OverRings.properties());
    all.addAll(List.of("-classpath", OverRings.classPath()));
    return all;
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

  @Override
  protected void tearDown() throws Exception {
    super.tearDown();
    rings.check();
  }
}
