package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.shareddata.ClusteredAsynchronousLockTest;
import org.junit.Test;

/** {@code ClusteredAsynchronousLockTest} of Vert.x, by rings. */
public class ClusteredAsynchronousLockRingTest extends ClusteredAsynchronousLockTest {
  private final OverRings rings = new OverRings();

  @Override
  protected VertxBuilder createVertxBuilder(VertxOptions options) {
    return rings.on(super.createVertxBuilder(options));
  }

  @Override
  protected ClusterManager getClusterManager() {
    return rings.manager(super.getClusterManager());
  }

  // Upstream leaves these two out, for all cluster managers.

  @Test
  @Override
  public void testLockReleasedForClosedNode() throws Exception {
    rings.assumeIpc();
    super.testLockReleasedForClosedNode();
  }

  @Test
  @Override
  public void testLockReleasedForKilledNode() throws Exception {
    rings.assumeIpc();
    super.testLockReleasedForKilledNode();
  }

  @Override
  @SuppressWarnings("JUnit4TearDownNotRun") // The class above calls it.
  protected void tearDown() throws Exception {
    super.tearDown();
    rings.check();
  }
}
