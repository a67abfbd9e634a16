package org.vertxipc.stream;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.vertxipc.bus.Call;
import org.vertxipc.bus.HostNode;

/**
 * The server of an event bus: it accepts what comes by rings, and what comes to the TCP server that
 * stands behind it. It is bound when its place among the processes of this host is known to the
 * others, so that whoever learns its address from the cluster finds it there.
 */
final class StreamServerChannel extends AbstractServerChannel {
  private static final long MEND_MILLIS = 1_000;
  private static final int FIRST_PORT = 1024;
  private static final int LAST_PORT = 65_535;
  private static final int PORT_ATTEMPTS = 1_000;

  private final StreamChannelConfig config = new StreamChannelConfig(this, () -> {});
  private final Lane lane;
  private final Profile profile;
  private final int maxMessageBytes;
  // Null without a network.
  private final ServerChannel tcp;
  private volatile boolean open = true;
  // Without a network: where this server is to be, and where it is for those who ask the cluster,
  // which Netty asks for until it is there.
  private volatile InetSocketAddress wanted;
  private volatile InetSocketAddress bound;
  // Both null when rings can't be used.
  private LoopRings rings;
  private HostNode node;
  private Runnable closeDoor;
  private ScheduledFuture<?> mending;

  /**
   * A server.
   *
   * @param lane where it has its place
   * @param profile of the Vert.x
   * @param maxMessageBytes the longest message that a ring may bring
   * @param factory makes the TCP server
   */
  StreamServerChannel(
      Lane lane,
      Profile profile,
      int maxMessageBytes,
      ChannelFactory<? extends ServerChannel> factory) {
    this.lane = lane;
    this.profile = profile;
    this.maxMessageBytes = maxMessageBytes;
    this.tcp = profile.network() ? factory.newChannel() : null;
    if (tcp != null) {
      tcp.pipeline().addLast(new Relay());
    }
    pipeline().addFirst(new Binding());
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && (tcp == null ? wanted != null : tcp.isActive());
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return tcp == null ? bound : tcp.localAddress();
  }

  /** What happens at the TCP server happens here. */
  private final class Relay extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
      lane.connections().addTcp((Channel) child, true, null);
      pipeline().fireChannelRead(child);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      pipeline().fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      pipeline().fireExceptionCaught(cause);
    }
  }

  /** Puts off until all is there what Netty takes for the end of binding. */
  private final class Binding extends ChannelOutboundHandlerAdapter {
    @Override
    public void bind(ChannelHandlerContext context, SocketAddress local, ChannelPromise promise) {
      try {
        rings = lane.loops().take(eventLoop());
      } catch (IOException | LinkageError e) {
        // The selector of a loop without epoll needs a native library.
        claimed(context, local, promise, null, e);
        return;
      }
      rings.onWorker(lane::claim, (made, e) -> claimed(context, local, promise, made, e));
    }

    private void claimed(
        ChannelHandlerContext context,
        SocketAddress local,
        ChannelPromise promise,
        HostNode made,
        Throwable failure) {
      node = made;
      if (failure != null && refuse(promise, failure)) {
        return;
      }
      ChannelPromise bound = context.newPromise();
      bound.addListener(
          done -> {
            if (!done.isSuccess()) {
              // Netty closes this channel, which gives the place up.
              promise.setFailure(done.cause());
            } else if (node == null) {
              promise.setSuccess();
            } else {
              publish(promise);
            }
          });
      var unused = context.bind(local, bound);
    }

    private void publish(ChannelPromise promise) {
      InetSocketAddress address = tcp == null ? wanted : (InetSocketAddress) localAddress();
      try {
        openDoor();
      } catch (IOException e) {
        published(promise, e);
        return;
      }
      rings.onWorker(
          () -> address.getPort() == 0 ? publishAnyPort(address.getHostString()) : publish(address),
          (known, e) -> {
            if (known != null) {
              bound = known;
            }
            published(promise, e);
          });
    }

    /** Without a network a port is no more than a number that no other node here has. */
    private InetSocketAddress publishAnyPort(String host) throws IOException {
      for (int i = 0; i < PORT_ATTEMPTS; i++) {
        int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
        InetSocketAddress address = InetSocketAddress.createUnresolved(host, port);
        if (node.publishIfFree(profile.address(host, port))) {
          return address;
        }
      }
      throw new IOException("no port of " + host + " seems to be free");
    }

    private InetSocketAddress publish(InetSocketAddress address) throws IOException {
      for (String each : profile.addresses(address)) {
        if (!node.publish(each)) {
          throw new IOException("another process has " + each + ", too");
        }
      }
      return address;
    }

    private void published(ChannelPromise promise, Throwable failure) {
      if (failure != null && refuse(promise, failure)) {
        return;
      }
      if (open && failure == null) {
        lane.opened(profile, node);
        mending =
            eventLoop()
                .scheduleWithFixedDelay(
                    StreamServerChannel.this::mend,
                    MEND_MILLIS,
                    MEND_MILLIS,
                    TimeUnit.MILLISECONDS);
      }
      promise.trySuccess();
    }

    /** Returns false when the server does without rings, after a warning. */
    private boolean refuse(ChannelPromise promise, Throwable why) {
      String text = "This process has no place among those of its host: " + why.getMessage();
      if (lane.isRequired(profile)) {
        promise.setFailure(new IOException(text, why));
        return true;
      }
      lane.connections().warn(text + "; its event bus goes by TCP only", why);
      return false;
    }
  }

  @Override
  protected void doBind(SocketAddress local) throws Exception {
    if (tcp == null) {
      wanted = (InetSocketAddress) local;
      return;
    }
    config.copyTo(tcp.config());
    // On the loop: registering and binding are done at once.
    ChannelFuture registered = eventLoop().register(tcp);
    require(registered);
    ChannelPromise bound = tcp.newPromise();
    tcp.unsafe().bind(local, bound);
    require(bound);
  }

  private static void require(ChannelFuture done) throws Exception {
    if (!done.isDone()) {
      throw new ChannelException("a TCP server is not bound at once");
    }
    if (done.cause() instanceof Exception e) {
      throw e;
    }
    if (done.cause() != null) {
      throw new ChannelException(done.cause());
    }
  }

  @Override
  protected void doBeginRead() {
    if (tcp != null) {
      tcp.read();
    }
  }

  private void openDoor() throws IOException {
    Runnable before = closeDoor;
    closeDoor = node.openDoor(rings.reactor(), this::onCall);
    if (before != null) {
      before.run();
    }
  }

  private void onCall(Call call) {
    if (open) {
      int longestFrame = profile.longestFrame(maxMessageBytes);
      pipeline().fireChannelRead(lane.accept(this, node, call, longestFrame));
      pipeline().fireChannelReadComplete();
    }
  }

  private void mend() {
    rings.onWorker(
        () -> lane.mend(node),
        (isNew, e) -> {
          if (open && Boolean.TRUE.equals(isNew)) {
            reopen();
          }
        });
  }

  private void reopen() {
    try {
      openDoor();
    } catch (IOException e) {
      lane.connections().warn("No more connections by rings: " + e.getMessage(), e);
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
        promise.setFailure(new UnsupportedOperationException("a server does not connect"));
      }

      @Override
      protected Executor prepareToClose() {
        stop();
        // Whoever waits for this channel to be closed waits until its files are removed.
        return node == null ? null : lane.workers();
      }
    };
  }

  private void stop() {
    open = false;
    if (mending != null) {
      mending.cancel(false);
    }
    if (closeDoor != null) {
      closeDoor.run();
      closeDoor = null;
    }
    if (tcp != null) {
      tcp.unsafe().close(tcp.unsafe().voidPromise());
    }
    if (rings != null) {
      lane.loops().giveBack(rings);
      rings = null;
    }
  }

  @Override
  protected void doClose() {
    if (node != null) {
      lane.release(profile, node);
    }
  }
}
