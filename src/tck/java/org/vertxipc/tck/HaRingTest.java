package org.vertxipc.tck;

import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxImpl;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.ha.HATest;

/** {@code HATest} of Vert.x, by rings. */
public class HaRingTest extends HATest {
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
    // A test may end before a failover does, which then fails because its node leaves: the handlers
    // of the test must not take that for a failure of what it tests.
    for (Vertx each : new Vertx[] {vertx1, vertx2, vertx3, vertx4}) {
      if (each instanceof VertxImpl node) {
        node.failoverCompleteHandler((failed, info, succeeded) -> {});
      }
    }
    super.tearDown();
    rings.check();
  }
}
