package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.shareddata.ClusteredAsyncMapTest;
import org.junit.Test;

/** {@code ClusteredAsyncMapTest} of Vert.x, by rings. */
public class ClusteredAsyncMapRingTest extends ClusteredAsyncMapTest {
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
  @SuppressWarnings("JUnit4TearDownNotRun") // The class above calls it.
  protected void tearDown() throws Exception {
    super.tearDown();
    rings.check();
  }

  // Hazelcast has no replacement with a time to live; its own cluster manager leaves these out,
  // too.

  @Test
  @Override
  public void testMapReplaceTtl() {
    rings.assumeNotHazelcast();
    super.testMapReplaceTtl();
  }

  @Test
  @Override
  public void testMapReplaceTtlWithPreviousValue() {
    rings.assumeNotHazelcast();
    super.testMapReplaceTtlWithPreviousValue();
  }

  @Test
  @Override
  public void testMapReplaceIfPresentTtl() {
    rings.assumeNotHazelcast();
    super.testMapReplaceIfPresentTtl();
  }

  @Test
  @Override
  public void testMapReplaceIfPresentTtlWhenNotPresent() {
    rings.assumeNotHazelcast();
    super.testMapReplaceIfPresentTtlWhenNotPresent();
  }
}
