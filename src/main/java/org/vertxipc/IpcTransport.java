package org.vertxipc;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.Optional;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.stream.StreamTransport;

/**
 * The transport of a clustered Vert.x whose event bus reaches the processes of its host by rings in
 * shared memory, and those of other hosts by TCP as before. Any cluster manager may be used.
 *
 * <pre>{@code
 * Vertx.builder()
 *     .with(options)
 *     .withTransport(IpcTransport.create())
 *     .withClusterManager(manager)
 *     .buildClustered();
 * }</pre>
 *
 * <p>Everything else, servers and clients of the application among them, is as with Vert.x's own
 * epoll transport, or with its NIO transport where epoll is not there. A transport may serve
 * several Vert.x. It has nothing to close: what it makes is gone when the Vert.x is closed.
 */
public final class IpcTransport implements Transport {
  private final StreamTransport implementation;

  private IpcTransport(StreamTransport implementation) {
    this.implementation = implementation;
  }

  /**
   * Creates a transport with defaults.
   *
   * @return the transport
   */
  public static IpcTransport create() {
    return create(new IpcTransportOptions());
  }

  /**
   * Creates a transport.
   *
   * @param options where processes find each other, and what rings they make
   * @return the transport
   * @throws IllegalArgumentException naming every option that is wrong, what was found and what is
   *     accepted
   */
  public static IpcTransport create(IpcTransportOptions options) {
    return new IpcTransport(new StreamTransport(best().implementation(), options));
  }

  /** Epoll where it is there: rings ring by it without another thread. */
  static Transport best() {
    return EPOLL != null && EPOLL.available() ? EPOLL : NIO;
  }

  /**
   * Returns the transport of a Vert.x.
   *
   * @param vertx which
   * @return empty when it was built with another transport
   */
  public static Optional<IpcTransport> of(Vertx vertx) {
    return ((VertxInternal) vertx).transport() instanceof StreamTransport found
        ? Optional.of(new IpcTransport(found))
        : Optional.empty();
  }

  /**
   * Returns the connections of the event buses of the Vert.x that use this transport. May be called
   * on any thread.
   *
   * @return those that are open now, in both directions
   */
  public List<IpcConnection> connections() {
    return implementation.connections().stream()
        .map(
            c ->
                new IpcConnection(
                    SocketAddress.inetSocketAddress(c.port(), c.host()),
                    c.inbound(),
                    c.ring(),
                    c.whyNot()))
        .toList();
  }

  /**
   * Returns how many connections of event buses have gone by rings since this transport was
   * created, those that are open included.
   *
   * @return both directions together
   */
  public long ringConnections() {
    return implementation.total(true);
  }

  /**
   * Returns how many connections of event buses have gone by TCP since this transport was created,
   * those that are open included.
   *
   * @return both directions together
   */
  public long tcpConnections() {
    return implementation.total(false);
  }

  @Override
  public String name() {
    return "ipc";
  }

  @Override
  public boolean available() {
    return implementation.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return implementation.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return implementation;
  }
}
