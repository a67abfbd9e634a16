package org.vertxipc.tck;

import static org.junit.Assert.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.test.fakecluster.FakeClusterManager;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;
import org.vertxipc.IpcConnection;
import org.vertxipc.IpcTransport;

/** A transport may serve several Vert.x, which then reach each other as those of two processes. */
public class OneTransportTest {
  private final IpcTransport transport = IpcTransport.create(OverRings.options());
  private final Vertx first = get(build());
  private final Vertx second = get(build());

  private Future<Vertx> build() {
    return Vertx.builder()
        .withTransport(transport)
        .withClusterManager(new FakeClusterManager())
        .buildClustered();
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @After
  public void close() {
    get(first.close());
    get(second.close());
    FakeClusterManager.reset();
  }

  private static Object ask(Vertx from, Vertx to, String address) {
    get(to.eventBus().<String>consumer(address, m -> m.reply(m.body() + " too")).completion());
    return get(from.eventBus().request(address, address)).body();
  }

  @Test
  public void bothWaysByRings() {
    assertEquals("to the second too", ask(first, second, "to the second"));
    assertEquals("to the first too", ask(second, first, "to the first"));
    assertEquals(0, transport.tcpConnections());
    // Each of the two has connected to the other, and both ends are here.
    assertEquals(4, transport.ringConnections());
    assertEquals(2, transport.connections().stream().filter(IpcConnection::inbound).count());
  }
}
