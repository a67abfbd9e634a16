package org.vertxipc.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/** Checks that Vert.x calls a transport in the order on which {@link StreamTransport} depends. */
class TransportOrderTest {
  private static final int MARK = 0x6970_0007;
  private static final String WHY =
      "Vert.x calls a transport in another order than StreamTransport expects, see its Javadoc";

  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** Writes down what is called, what is known then, and on which thread. */
  private final class Recorder implements Transport {
    private final Transport behind = io.vertx.core.transport.Transport.NIO.implementation();
    private Bootstrap client;

    private void record(String call) {
      calls.add(Thread.currentThread().getName() + ": " + call);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
      return behind.ioHandlerFactory();
    }

    @Override
    @SuppressWarnings("deprecation") // It is Vert.x's own method.
    public DatagramChannel datagramChannel(io.netty.channel.socket.InternetProtocolFamily family) {
      return behind.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
      return behind.datagramChannelFactory();
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
      Object mark = bootstrap.config().options().get(ChannelOption.SO_BACKLOG);
      record("configure the server, backlog " + mark);
      behind.configure(config, domainSocket, bootstrap);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      record("factory of the server");
      return behind.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
      record("configure the client");
      client = bootstrap;
      behind.configure(config, domainSocket, bootstrap);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
      Object mark = client.config().options().get(ChannelOption.CONNECT_TIMEOUT_MILLIS);
      record("factory of the client, timeout " + mark);
      ChannelFactory<? extends Channel> factory = behind.channelFactory(domainSocket);
      return () -> {
        record("new channel");
        return factory.newChannel();
      };
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
      record("convert " + address.host());
      return behind.convert(address);
    }
  }

  @Test
  void aTransportIsAskedInTheOrderThatStreamTransportExpects() throws Exception {
    VertxBootstrap bootstrap = VertxBootstrap.create().transport(new Recorder());
    Vertx vertx = bootstrap.init().vertx();
    try {
      // As ClusteredEventBus makes its own.
      EventBusOptions options =
          new EventBusOptions().setAcceptBacklog(MARK).setConnectTimeout(MARK);
      NetServer server =
          vertx.createNetServer(new NetServerOptions(options.toJson())).connectHandler(s -> {});
      Await.get(server.listen(SocketAddress.inetSocketAddress(0, "127.0.0.1")));
      List<String> ofServer = List.copyOf(calls);
      calls.clear();
      Await.get(
          vertx
              .createNetClient(new NetClientOptions(options.toJson()))
              .connect(server.actualPort(), "127.0.0.1"));
      List<String> ofClient = List.copyOf(calls);
      assertEquals(
          List.of("configure the server, backlog " + MARK, "factory of the server"),
          onOneThread(ofServer),
          WHY);
      assertEquals(
          List.of(
              "configure the client",
              "factory of the client, timeout " + MARK,
              "convert 127.0.0.1",
              "new channel"),
          onOneThread(ofClient),
          WHY);
    } finally {
      Await.get(vertx.close());
    }
  }

  private static List<String> onOneThread(List<String> all) {
    List<String> threads = all.stream().map(c -> c.substring(0, c.indexOf(": "))).toList();
    assertEquals(1, threads.stream().distinct().count(), WHY + ": " + all);
    return all.stream().map(c -> c.substring(c.indexOf(": ") + 2)).toList();
  }
}
