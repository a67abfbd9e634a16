package org.vertxipc.stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.Call;
import org.vertxipc.bus.HostNode;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.posix.Posix;

/**
 * What the connections of a transport share: their place among the processes of this host, and how
 * it is decided where a connection goes. Thread-safe.
 */
final class Lane {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private static final int WORKERS = 2;
  private static final int IDLE_SECONDS = 5;
  private static final int CLEAN_ATTEMPTS = 20;
  private static final long CLEAN_MILLIS = 50;
  private static final String HELP =
      "; its event bus goes by TCP there, see docs/fast-lane.md, \"Why not by rings\"";

  private final IpcTransportOptions options;
  private final BusConfig config;
  private final ThreadPoolExecutor workers;
  private final Loops loops;
  private final CounterSet counters = new CounterSet();
  private final Connections connections = new Connections(counters);
  private final AtomicLong numbers = new AtomicLong();
  // One for each Vert.x: usually one.
  private final Map<Profile, HostNode> nodes = new ConcurrentHashMap<>();

  Lane(IpcTransportOptions options) {
    this.options = new IpcTransportOptions(options);
    BusOptions bus =
        new BusOptions()
            .setName(options.getName())
            .setDirectory(options.getDirectory())
            .setMode(options.getMode())
            .setGroup(options.getGroup());
    this.config = new BusConfig(bus, null);
    this.workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            worker());
    workers.allowCoreThreadTimeOut(true);
    this.loops =
        new Loops(workers, config.access(), options.getIdle(), options.getRingBytes(), counters);
  }

  private static ThreadFactory worker() {
    AtomicInteger made = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "vertx-ipc-streams-" + made.getAndIncrement());
      // A server that closes waits for what it has given to these.
      thread.setDaemon(true);
      return thread;
    };
  }

  Connections connections() {
    return connections;
  }

  Loops loops() {
    return loops;
  }

  ThreadPoolExecutor workers() {
    return workers;
  }

  /** The directory of the bus. */
  Path place() throws IOException {
    return config.directory().resolve(config.bus());
  }

  private boolean isRequired() {
    return options.isRequire();
  }

  /** Whether a Vert.x can't do without rings. */
  boolean isRequired(Profile profile) {
    return isRequired() || !profile.network();
  }

  /** Takes a place in the directory, on a worker thread. */
  HostNode claim() throws IOException {
    Posix.load();
    return HostNode.claim(config);
  }

  /** A server is bound there: connections may be made. */
  void opened(Profile profile, HostNode node) {
    nodes.put(profile, node);
  }

  /** Gives a place up, on a worker thread. Connections that were made stay. */
  void release(Profile profile, HostNode node) {
    nodes.remove(profile, node);
    node.release();
  }

  /** Channels for a connection of the event bus of a Vert.x to an address. */
  Channel connect(
      Profile profile,
      SocketAddress address,
      Bootstrap bootstrap,
      ChannelFactory<? extends Channel> tcp) {
    HostNode self = nodes.get(profile);
    if (!profile.network()) {
      bootstrap.disableResolver();
      return withoutNetwork(self, profile, address, bootstrap.config().group());
    }
    if (self == null || address == null || !address.isInetSocket()) {
      return byTcp(tcp, self == null ? "this process has no place among those of its host" : null);
    }
    HostNode.Found found = find(profile, self, address);
    if (found instanceof HostNode.Found.Unusable unusable) {
      String why = address + " can't be reached by rings: " + unusable.why();
      if (isRequired()) {
        bootstrap.disableResolver();
        return noWay(address, why);
      }
      connections.warn(why + HELP, null);
      return byTcp(tcp, unusable.why());
    }
    if (found instanceof HostNode.Found.Neighbour neighbour
        && !neighbour.node().equals(self.name())) {
      // Bootstrap.connect would make a resolver, with a socket of UDP, even for a literal address.
      bootstrap.disableResolver();
      return byRings(self, neighbour.node(), address, bootstrap.config().group(), tcp);
    }
    return byTcp(tcp, "no process in " + self.directory().getParent() + " has " + address);
  }

  private static Channel noWay(SocketAddress address, String why) {
    return StreamChannel.calling(owner -> new NoWay(owner, inet(address), why), null);
  }

  private Channel withoutNetwork(
      HostNode self, Profile profile, SocketAddress address, EventLoopGroup group) {
    if (self == null) {
      return noWay(address, "this process has no place among those of its host");
    }
    HostNode.Found found = find(profile, self, address);
    if (found instanceof HostNode.Found.Neighbour neighbour) {
      return byRings(self, neighbour.node(), address, group, null);
    }
    return noWay(
        address,
        found instanceof HostNode.Found.Unusable unusable
            ? unusable.why()
            : "no process in " + self.directory().getParent() + " has " + address);
  }

  private static HostNode.Found find(Profile profile, HostNode self, SocketAddress address) {
    try {
      return self.find(profile.address(address.host(), address.port()));
    } catch (IOException e) {
      return new HostNode.Found.Unusable(e.getMessage());
    }
  }

  private static InetSocketAddress inet(SocketAddress address) {
    return InetSocketAddress.createUnresolved(address.host(), address.port());
  }

  private Channel byTcp(ChannelFactory<? extends Channel> tcp, String why) {
    Channel channel = tcp.newChannel();
    connections.addTcp(channel, false, why);
    return channel;
  }

  private Channel byRings(
      HostNode self,
      String node,
      SocketAddress address,
      EventLoopGroup group,
      ChannelFactory<? extends Channel> tcp) {
    long number = numbers.incrementAndGet();
    InetSocketAddress remote = inet(address);
    Line line =
        new Line(
            self.directory().resolve(own(number)),
            self.directory(node).resolve(called(self.name(), number)),
            InetSocketAddress.createUnresolved(self.name(), 0),
            remote,
            new CallTo(self, node, number));
    StreamChannel channel =
        StreamChannel.calling(
            owner -> new RingWay(owner, loops, line, 0),
            isRequired() || tcp == null
                ? null
                : (owner, why) -> instead(self, owner, remote, tcp, why));
    connections.addRing(channel, false, node);
    cleanUpAfter(channel, self, node, group);
    return channel;
  }

  /** What asks another node for a connection. */
  private record CallTo(HostNode self, String node, long number) implements Line.Call {
    @Override
    public void call() throws IOException {
      self.call(node, number);
    }

    @Override
    public boolean isAwaited() throws IOException {
      return self.isAlive(node);
    }
  }

  private Way instead(
      HostNode self,
      Way.Owner owner,
      InetSocketAddress remote,
      ChannelFactory<? extends Channel> tcp,
      Throwable why) {
    if (why == null || why instanceof GoneException) {
      return null;
    }
    connections.byTcp(owner.channel(), why.getMessage());
    String address = remote.getHostString() + ":" + remote.getPort();
    connections.warnOf(
        address, address + " can't be reached by rings: " + why.getMessage() + HELP, why);
    if (HostNode.isOfMissingFile(why)) {
      workers.execute(() -> mend(self));
    }
    return new TcpWay(owner, tcp, remote, workers);
  }

  /**
   * Makes what somebody removed anew, and shows what is counted to others. It is called again and
   * again.
   *
   * @return true when the door is a new one
   */
  boolean mend(HostNode node) {
    try {
      boolean isNew = node.mend();
      node.show(counters);
      return isNew;
    } catch (IOException e) {
      connections.warn("The files of this process can't be made anew: " + e.getMessage(), e);
      return false;
    }
  }

  /** A connection that another node asks for. */
  StreamChannel accept(Channel server, HostNode self, Call call, int longestFrame) {
    Line line =
        new Line(
            self.directory().resolve(called(call.node(), call.number())),
            self.directory(call.node()).resolve(own(call.number())),
            (InetSocketAddress) server.localAddress(),
            InetSocketAddress.createUnresolved(call.node(), 0),
            null);
    StreamChannel channel =
        StreamChannel.called(
            server,
            owner -> new RingWay(owner, loops, line, longestFrame),
            (owner, why) -> refused(owner, call.node(), why));
    connections.addRing(channel, true, call.node());
    cleanUpAfter(channel, self, call.node(), server.eventLoop().parent());
    return channel;
  }

  private Way refused(Way.Owner owner, String node, Throwable why) {
    connections.notMade(owner.channel());
    if (why != null && !(why instanceof GoneException)) {
      connections.warnOf(
          "calls", "Node " + node + " can't connect by rings: " + why.getMessage(), why);
    }
    return null;
  }

  private static String own(long number) {
    return "c" + number;
  }

  private static String called(String caller, long number) {
    return caller + "-" + number;
  }

  /** Looks for a while whether the other end has died, because nobody else may be there to see. */
  private void cleanUpAfter(Channel channel, HostNode self, String node, EventLoopGroup group) {
    channel.closeFuture().addListener(closed -> cleanUp(group.next(), self, node, CLEAN_ATTEMPTS));
  }

  private void cleanUp(EventExecutor loop, HostNode self, String node, int attempts) {
    if (attempts == 0 || !nodes.containsValue(self)) {
      return;
    }
    workers.execute(
        () -> {
          if (!self.cleanIfDead(node)) {
            try {
              var unused =
                  loop.schedule(
                      () -> cleanUp(loop, self, node, attempts - 1),
                      CLEAN_MILLIS,
                      TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
              log.debug("This process ends before it is known whether node " + node + " has", e);
            }
          }
        });
  }
}
