package org.vertxipc.stream;

import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A connection that can't be: to connect fails. */
final class NoWay implements Way {
  private final Owner owner;
  private final InetSocketAddress remote;
  private final String why;

  /**
   * A connection.
   *
   * @param owner is told why
   * @param remote where it would lead
   * @param why it can't be, for people
   */
  NoWay(Owner owner, InetSocketAddress remote, String why) {
    this.owner = owner;
    this.remote = remote;
    this.why = why;
  }

  @Override
  public void start() {
    owner.channel().eventLoop().execute(() -> owner.onEnd(new IOException(why)));
  }

  @Override
  public void pause(boolean paused) {
    throw new IllegalStateException(why);
  }

  @Override
  public void write(ChannelOutboundBuffer messages) throws IOException {
    throw new IOException(why);
  }

  @Override
  public void close() {
    // There is nothing to release.
  }

  @Override
  public SocketAddress local() {
    return null;
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
