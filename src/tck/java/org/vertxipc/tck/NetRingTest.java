package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeNoException;
import static org.junit.Assume.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.test.core.Checkpoint;
import io.vertx.test.core.ProvidedBy;
import io.vertx.tests.net.NetTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.vertxipc.IpcTransport;

/** {@code NetTest} of Vert.x: servers and clients of users are not touched by the transport. */
public class NetRingTest extends NetTest {
  private static final String SILENT = "10.0.0.0";
  private static final int PORT = 8080;
  private static final int MILLIS = 1_000;

  private Vertx vertx;

  public NetRingTest() {
    OverRings.install();
  }

  @Before
  @Override
  public void setUp(@ProvidedBy(NetTest.Provider.class) Vertx created) throws Exception {
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

  // These need an address from which nothing ever comes back. A network that has no way there says
  // so at once, and then they fail with Vert.x's own transports, too.

  @Test
  @Override
  public void testConnectTimeout(Checkpoint checkpoint) {
    assumeSilence();
    super.testConnectTimeout(checkpoint);
  }

  @Test
  @Override
  public void testConnectTimeoutOverride(Checkpoint checkpoint) {
    assumeSilence();
    super.testConnectTimeoutOverride(checkpoint);
  }

  @Test
  @Override
  public void testDisableConnectTimeout() throws Exception {
    assumeSilence();
    super.testDisableConnectTimeout();
  }

  private static void assumeSilence() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(SILENT, PORT), MILLIS);
      assumeTrue(SILENT + " answers", false);
    } catch (SocketTimeoutException e) {
      assumeTrue(SILENT + " is silent", true);
    } catch (IOException e) {
      assumeNoException(SILENT + " can't be reached", e);
    }
  }
}
