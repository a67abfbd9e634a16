package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.tracing.ClusteredEventBusTracerTest;

/** {@code ClusteredEventBusTracerTest} of Vert.x, by rings. */
public class ClusteredEventBusTracerRingTest extends ClusteredEventBusTracerTest {
  private final OverRings rings = new OverRings();

  @Override
  protected VertxBuilder createVertxBuilder(VertxOptions options) {
    return rings.on(super.createVertxBuilder(options));
  }

  @Override
  protected ClusterManager getClusterManager() {
    return rings.manager(super.getClusterManager());
  }

  @Override
  protected void tearDown() throws Exception {
    super.tearDown();
    rings.check();
  }
}
