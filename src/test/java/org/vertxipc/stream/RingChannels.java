package org.vertxipc.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/** Connects two channels by rings, one at each end, each on an event loop of its own. */
final class RingChannels implements AutoCloseable {
  static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 1);
  static final InetSocketAddress SERVER = InetSocketAddress.createUnresolved("server", 2);

  private final EventLoopGroup loops;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final Loops rings;
  private final Path directory;
  private int connections;

  RingChannels(boolean nativeTransport, int ringBytes) throws IOException {
    Posix.load();
    IoHandlerFactory io = nativeTransport ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.loops = new MultiThreadIoEventLoopGroup(2, io);
    this.rings = new Loops(workers, Access.OWNER, new IdleOptions(), ringBytes, new CounterSet());
    this.directory = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-stream");
  }

  /** The bases of the two rings of the next connection. */
  Path base(String end) {
    return directory.resolve(end + connections);
  }

  /** A client that calls as it is told to. */
  io.netty.channel.ChannelFuture connect(
      ChannelHandler handler, int timeoutMillis, boolean autoRead, Line.Call call) {
    Line line = new Line(base("c"), base("s"), CLIENT, SERVER, call);
    return new Bootstrap()
        .group(loops.next())
        .disableResolver()
        .channelFactory(
            () -> StreamChannel.calling(owner -> new RingWay(owner, rings, line, 0), null))
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
        .option(ChannelOption.AUTO_READ, autoRead)
        .handler(handler)
        .connect(SERVER);
  }

  /** The end that is called. */
  Channel accept(ChannelHandler handler, boolean autoRead) {
    Line line = new Line(base("s"), base("c"), SERVER, CLIENT, null);
    StreamChannel channel =
        StreamChannel.called(null, owner -> new RingWay(owner, rings, line, 0), null);
    channel.config().setAutoRead(autoRead);
    channel.pipeline().addLast(handler);
    loops.next().register(channel).syncUninterruptibly();
    return channel;
  }

  /** Two ends, connected. */
  Pair pair(ChannelHandler client, ChannelHandler server) throws Exception {
    return pair(client, server, true);
  }

  Pair pair(ChannelHandler client, ChannelHandler server, boolean serverReads) throws Exception {
    connections++;
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    Channel connected =
        connect(client, 30_000, true, () -> accepted.complete(accept(server, serverReads)))
            .sync()
            .channel();
    // The client may be connected before the worker that has called knows whom.
    return new Pair(connected, accepted.get(30, TimeUnit.SECONDS));
  }

  record Pair(Channel client, Channel server) {}

  /** What is left in the directory. */
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Whether no file of a ring is left. */
  boolean isEmpty() {
    try {
      return files().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    loops.shutdownGracefully(0, 20, TimeUnit.SECONDS).sync();
    workers.shutdown();
    try (Stream<Path> all = Files.list(directory)) {
      all.forEach(file -> file.toFile().delete());
    }
    Files.delete(directory);
  }
}
