package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.tests.eventbus.NodeInfoTest;

/** {@code NodeInfoTest} of Vert.x, by rings. */
public class NodeInfoRingTest extends NodeInfoTest {
  private final OverRings rings = new OverRings();

  @Override
  protected VertxBuilder createVertxBuilder(VertxOptions options) {
    return rings.on(super.createVertxBuilder(options));
  }

  @Override
  protected void tearDown() throws Exception {
    rings.check();
    super.tearDown();
  }
}
