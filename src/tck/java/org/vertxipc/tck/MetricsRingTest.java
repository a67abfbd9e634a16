package org.vertxipc.tck;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.tests.metrics.MetricsTest;

/** {@code MetricsTest} of Vert.x, by rings. */
public class MetricsRingTest extends MetricsTest {
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
