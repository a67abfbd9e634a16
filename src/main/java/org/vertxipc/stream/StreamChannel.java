package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A connection whose bytes go by rings, or, when those can't be made, by what there is instead. It
 * behaves as a connection of TCP does: what was written before the other end closed is read first,
 * a reader that does not read makes the channel of the writer unwritable, and the death of the
 * other process closes it. One thread only: the loop's, as Netty calls it.
 */
final class StreamChannel extends AbstractChannel implements Way.Owner {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final StreamChannelConfig config = new StreamChannelConfig(this, this::stopReading);
  private final boolean called;
  private volatile Way way;
  private Instead instead;
  private ChannelPromise connecting;
  private ScheduledFuture<?> timeout;
  private volatile boolean open = true;
  private volatile boolean active;
  private boolean readPending;
  private boolean paused;

  /** What is tried when a connection can't be made. */
  @FunctionalInterface
  interface Instead {
    /**
     * Returns another way.
     *
     * @param owner whose bytes go there
     * @param why the first one can't be
     * @return null when there is none
     */
    Way of(Way.Owner owner, Throwable why);
  }

  private StreamChannel(
      Channel parent, boolean called, Function<Way.Owner, Way> way, Instead instead) {
    super(parent);
    this.called = called;
    this.instead = instead;
    this.way = way.apply(this);
  }

  /**
   * The end that connects.
   *
   * @param way where its bytes go
   * @param instead asked once, when that can't be; null for nothing
   * @return a channel
   */
  static StreamChannel calling(Function<Way.Owner, Way> way, Instead instead) {
    return new StreamChannel(null, false, way, instead);
  }

  /**
   * The end that is called.
   *
   * @param parent the server channel
   * @param way where its bytes go
   * @param instead is told once that it can't be, and returns null
   * @return a channel
   */
  static StreamChannel called(Channel parent, Function<Way.Owner, Way> way, Instead instead) {
    return new StreamChannel(parent, true, way, instead);
  }

  @Override
  public Channel channel() {
    return this;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && active;
  }

  /** Whether the bytes go by rings; may be asked on any thread. */
  boolean isRing() {
    return way.isRing();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return way.local();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return way.remote();
  }

  @Override
  protected void doBind(SocketAddress address) {
    // A client may ask for a local address, which a ring does not have.
  }

  @Override
  protected void doRegister(ChannelPromise registered) {
    registered.setSuccess();
    if (called) {
      way.start();
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
        if (promise.setUncancellable() && ensureOpen(promise)) {
          connecting = promise;
          begin();
        }
      }
    };
  }

  private void begin() {
    int millis = config.getConnectTimeoutMillis();
    if (millis > 0) {
      timeout = eventLoop().schedule(() -> timedOut(millis), millis, TimeUnit.MILLISECONDS);
    }
    way.start();
  }

  private void timedOut(int millis) {
    onEnd(
        new ConnectTimeoutException(
            "connection timed out after " + millis + " ms: " + way.remote()));
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }

  @Override
  public void onReady() {
    cancelTimeout();
    ChannelPromise promise = connecting;
    connecting = null;
    // Who waits for the promise may write at once.
    active = true;
    // Nothing is read before somebody asks for it, which Netty does at once when it is to.
    paused = true;
    if (promise != null && !promise.trySuccess()) {
      onEnd(null);
      return;
    }
    if (!open) {
      return;
    }
    pipeline().fireChannelActive();
    update();
  }

  /** Closes it, and says why to whoever can hear it. Does nothing when it is closed. */
  @Override
  public void onEnd(Throwable cause) {
    boolean there = active;
    if (open && !there && tryInstead(cause)) {
      return;
    }
    ChannelPromise promise = connecting;
    connecting = null;
    if (promise != null && cause != null) {
      promise.tryFailure(
          cause instanceof ConnectException
              ? cause
              : new ConnectException(way.remote() + ": " + cause.getMessage()).initCause(cause));
    } else if (cause != null && there) {
      pipeline().fireExceptionCaught(cause);
    }
    unsafe().close(unsafe().voidPromise());
  }

  private boolean tryInstead(Throwable cause) {
    Way other = instead == null ? null : instead.of(this, cause);
    instead = null;
    if (other == null) {
      return false;
    }
    cancelTimeout();
    way.close();
    way = other;
    begin();
    return true;
  }

  // Reading.

  @Override
  protected void doBeginRead() {
    readPending = true;
    update();
  }

  /** Pauses the way or resumes it, as the reader wishes. */
  private void update() {
    if (isActive()) {
      boolean pause = !config.isAutoRead() && !readPending;
      if (pause != paused) {
        paused = pause;
        way.pause(pause);
      }
    }
  }

  /** The reader has had enough. */
  private void stopReading() {
    readPending = false;
    update();
  }

  @Override
  public void onRead(ByteBuf bytes) {
    if (!isActive()) {
      bytes.release();
      return;
    }
    pipeline().fireChannelRead(bytes);
  }

  @Override
  public void onReadComplete() {
    readPending = false;
    pipeline().fireChannelReadComplete();
    update();
  }

  // Writing.

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException(
        "a connection by rings takes a ByteBuf, not " + message.getClass().getName());
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer messages) throws Exception {
    if (!isActive()) {
      throw new ClosedChannelException();
    }
    way.write(messages);
  }

  @Override
  public void onRoom() {
    ChannelOutboundBuffer messages = unsafe().outboundBuffer();
    if (active && messages != null && !messages.isEmpty()) {
      ((AbstractUnsafe) unsafe()).flush();
    }
  }

  // Closing.

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    open = false;
    active = false;
    cancelTimeout();
    ChannelPromise promise = connecting;
    connecting = null;
    if (promise != null) {
      promise.tryFailure(new ClosedChannelException());
    }
    way.close();
  }
}
