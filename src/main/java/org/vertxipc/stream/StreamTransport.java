package org.vertxipc.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.vertx.core.VertxOptions;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.options.OptionsCheck;

/**
 * Everything as the transport behind it, but connections of the event bus go by rings where they
 * can. Thread-safe.
 *
 * <p>This is the one class that depends on the order in which Vert.x calls a transport, which
 * {@code TransportOrderTest} checks. The event bus uses an ordinary server and an ordinary client,
 * and a transport is not told whose channel it makes. So two options of the event bus that nothing
 * else can have mark it: {@link #mark} gives them a number, under which the options that the user
 * has set are kept, and they are set back before anything uses them.
 *
 * <ul>
 *   <li>A server: {@code configure(.., ServerBootstrap)}, which sees the backlog, then {@code
 *       serverChannelFactory}, in one turn of one thread.
 *   <li>A client: {@code configure(.., Bootstrap)}, then {@code channelFactory}, which sees the
 *       connect timeout, then {@code convert}, which sees the address, then the factory is used, in
 *       one turn of one thread.
 * </ul>
 */
public final class StreamTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(StreamTransport.class);

  // "ip" in ASCII: as a backlog, or as a timeout of 20 days, a number that nobody else uses.
  private static final int MARK = 0x6970_0000;
  private static final int MOST = 0x1_0000;

  private final Transport behind;
  private final IpcTransportOptions options;
  private final Lane lane;
  private final List<Profile> profiles = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Turn> turns = ThreadLocal.withInitial(Turn::new);
  private volatile boolean known;

  /** What is known in a turn of a thread. */
  private static final class Turn {
    Profile server;
    Bootstrap client;
    io.vertx.core.net.SocketAddress target;

    io.vertx.core.net.SocketAddress takeTarget() {
      io.vertx.core.net.SocketAddress taken = target;
      target = null;
      return taken;
    }
  }

  /**
   * A transport.
   *
   * @param behind makes everything else
   * @param options of the rings
   */
  public StreamTransport(Transport behind, IpcTransportOptions options) {
    OptionsCheck.transport(options);
    this.behind = behind;
    this.options = new IpcTransportOptions(options);
    this.lane = new Lane(this.options);
  }

  /**
   * Tells this transport of a Vert.x that is about to be built with it.
   *
   * @param bootstrap builds it; it is given a copy of its options, of which the event bus is marked
   * @param network whether its event bus can be reached by TCP, too, if the options say so
   */
  public void mark(VertxBootstrap bootstrap, boolean network) {
    known = true;
    VertxOptions copy = new VertxOptions(bootstrap.options());
    EventBusOptions eventBus = copy.getEventBusOptions();
    int number;
    synchronized (profiles) {
      number = profiles.size();
      if (number == MOST) {
        throw new IllegalStateException("a transport is for " + MOST + " Vert.x at most");
      }
      profiles.add(
          new Profile(new EventBusOptions(eventBus), bootstrap, network && options.isNetwork()));
    }
    eventBus.setAcceptBacklog(MARK + number).setConnectTimeout(MARK + number);
    bootstrap.options(copy);
  }

  private Profile profile(Object mark) {
    int number = mark instanceof Integer value ? value - MARK : -1;
    return number >= 0 && number < profiles.size() ? profiles.get(number) : null;
  }

  /**
   * Returns where its processes find each other.
   *
   * @return the directory of the bus
   * @throws IOException when it can't be told
   */
  public Path place() throws IOException {
    return lane.place();
  }

  /**
   * Does something before anything that has come by a ring is handed on.
   *
   * @param task is quick
   * @return to end it
   */
  public Runnable beforeReading(Runnable task) {
    return lane.loops().beforeReading(task);
  }

  /**
   * Returns the connections of the event bus.
   *
   * @return those that are open now
   */
  public List<StreamConnection> connections() {
    return lane.connections().all();
  }

  /**
   * Returns how many connections there were until now.
   *
   * @param ring whether to count those by rings, or those by TCP
   * @return the number, with those that are open
   */
  public long total(boolean ring) {
    return lane.connections().total(ring);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    Profile profile = profile(bootstrap.config().options().get(ChannelOption.SO_BACKLOG));
    turns.get().server = profile;
    if (profile != null) {
      int backlog = profile.eventBus().getAcceptBacklog();
      bootstrap.option(ChannelOption.SO_BACKLOG, backlog == -1 ? null : (Integer) backlog);
    }
    behind.configure(config, domainSocket, bootstrap);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    Profile profile = turns.get().server;
    turns.get().server = null;
    ChannelFactory<? extends ServerChannel> factory = behind.serverChannelFactory(domainSocket);
    return profile == null || domainSocket
        ? factory
        : () -> new StreamServerChannel(lane, profile, options.getMaxMessageBytes(), factory);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    turns.get().client = bootstrap;
    behind.configure(config, domainSocket, bootstrap);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    Turn turn = turns.get();
    Bootstrap bootstrap = turn.client;
    turn.client = null;
    turn.target = null;
    ChannelFactory<? extends Channel> factory = behind.channelFactory(domainSocket);
    Profile profile =
        bootstrap == null
            ? null
            : profile(bootstrap.config().options().get(ChannelOption.CONNECT_TIMEOUT_MILLIS));
    if (profile == null) {
      return factory;
    }
    int timeout = profile.eventBus().getConnectTimeout();
    bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout);
    return domainSocket
        ? factory
        : () -> lane.connect(profile, turn.takeTarget(), bootstrap, factory);
  }

  @Override
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    turns.get().target = address;
    return behind.convert(address);
  }

  @Override
  public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
    return behind.convert(address);
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int n, ThreadFactory threads, int ioRatio) {
    if (!known) {
      String text =
          "No provider has told this transport of its Vert.x: the file"
              + " META-INF/services/io.vertx.core.spi.VertxServiceProvider does not name that of"
              + " vertx-ipc, as in a jar made of several of which the last file has won";
      if (options.isRequire()) {
        throw new IllegalStateException(text);
      }
      log.warn(text + "; the event bus goes by TCP only");
    }
    return behind.eventLoopGroup(type, n, threads, ioRatio);
  }

  // All else is that of the transport behind.

  @Override
  public boolean isAvailable() {
    return behind.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return behind.unavailabilityCause();
  }

  @Override
  public boolean supportsDomainSockets() {
    return behind.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return behind.supportFileRegion();
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
  public void configure(DatagramChannel channel, DatagramSocketOptions datagram) {
    behind.configure(channel, datagram);
  }
}
