package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;

/**
 * A connection by TCP that another channel stands for, because that channel is there before it is
 * known whether its rings can be made.
 */
final class TcpWay implements Way {
  private final Owner owner;
  private final ChannelFactory<? extends Channel> factory;
  private final InetSocketAddress remote;
  private final Executor workers;
  private Channel tcp;
  private boolean ready;
  private boolean closed;

  /**
   * A connection that is to be made.
   *
   * @param owner is told what happens
   * @param factory makes channels of TCP
   * @param remote may be unresolved
   * @param workers resolve it
   */
  TcpWay(
      Owner owner,
      ChannelFactory<? extends Channel> factory,
      InetSocketAddress remote,
      Executor workers) {
    this.owner = owner;
    this.factory = factory;
    this.remote = remote;
    this.workers = workers;
  }

  @Override
  public void start() {
    if (!remote.isUnresolved()) {
      connect(remote);
      return;
    }
    workers.execute(
        () -> {
          InetSocketAddress found = new InetSocketAddress(remote.getHostString(), remote.getPort());
          owner.channel().eventLoop().execute(() -> connect(found));
        });
  }

  private void connect(InetSocketAddress to) {
    if (closed) {
      return;
    }
    if (to.isUnresolved()) {
      end(new UnknownHostException(to.getHostString()));
      return;
    }
    tcp = factory.newChannel();
    ((StreamChannelConfig) owner.channel().config()).copyTo(tcp.config());
    tcp.config().setAutoRead(false);
    tcp.pipeline().addLast(new Relay());
    owner
        .channel()
        .eventLoop()
        .register(tcp)
        .addListener(registered -> onRegistered(to, registered.cause()));
  }

  private void onRegistered(InetSocketAddress to, Throwable failure) {
    if (failure != null) {
      end(failure);
    } else if (!closed) {
      tcp.connect(to).addListener(connected -> onConnected(connected.cause()));
    }
  }

  private void onConnected(Throwable failure) {
    if (failure != null) {
      end(failure);
    } else if (!closed) {
      ready = true;
      owner.onReady();
    }
  }

  private void end(Throwable cause) {
    if (!closed) {
      owner.onEnd(cause);
    }
  }

  /** Hands on what happens to the connection. */
  private final class Relay extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (closed) {
        ReferenceCountUtil.release(message);
      } else {
        owner.onRead((ByteBuf) message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (!closed) {
        owner.onReadComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (!closed && ready) {
        owner.onRoom();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(cause);
    }
  }

  @Override
  public void pause(boolean paused) {
    tcp.config().setAutoRead(!paused);
  }

  @Override
  public void write(ChannelOutboundBuffer messages) {
    for (Object m = messages.current(); m != null && tcp.isWritable(); m = messages.current()) {
      tcp.write(ReferenceCountUtil.retain(m))
          .addListener(written -> onWritten((ChannelFuture) written));
      messages.remove();
    }
    tcp.flush();
  }

  private void onWritten(ChannelFuture written) {
    if (!written.isSuccess()) {
      end(written.cause());
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (tcp != null) {
        // What is written by now goes first.
        tcp.flush();
        tcp.unsafe().close(tcp.unsafe().voidPromise());
      }
    }
  }

  @Override
  public SocketAddress local() {
    return tcp == null ? null : tcp.localAddress();
  }

  @Override
  public SocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isRing() {
    return false;
  }
}
