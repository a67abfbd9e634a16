package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.tests.net.NetTest;
import org.junit.After;
import org.junit.Before;
import org.vertxipc.IpcTransport;

/** {@code NetTest} of Vert.x: servers and clients of users are not touched by the transport. */
public class NetRingTest extends NetTest {
  private Vertx vertx;

  public NetRingTest() {
    OverRings.install();
  }

  @Before
  @Override
  public void setUp(Vertx created) throws Exception {
    vertx = created;
    super.setUp(created);
  }

  @After
  @Override
  public void tearDown() throws Exception {
    IpcTransport transport = IpcTransport.of(vertx).orElseThrow();
    assertEquals("connections by rings", 0, transport.ringConnections());
    assertEquals("connections taken for the event bus's", 0, transport.tcpConnections());
    super.tearDown();
  }
}
