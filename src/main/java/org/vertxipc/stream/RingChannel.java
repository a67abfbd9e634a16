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
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;

/**
 * A connection of which the bytes go by two rings, one for each direction. It behaves as a
 * connection of TCP does: what was written before the other end closed is read first, a reader that
 * does not read makes the channel of the writer unwritable, and the death of the other process
 * closes it. One thread only: the loop's, as Netty calls it.
 */
final class RingChannel extends AbstractChannel implements InboundHandler {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final RingChannelConfig config = new RingChannelConfig(this, this::stopReading);
  private final Function<EventLoop, LoopRings> ringsOf;
  private final Bytes.Writer writer = new Bytes.Writer();
  private final Bytes.Reader reader = new Bytes.Reader(this);
  // Null for a client before it connects.
  private Line line;
  private LoopRings rings;
  private InboundChannel in;
  private OutboundChannel out;
  private ChannelPromise connecting;
  private ScheduledFuture<?> timeout;
  private volatile boolean open = true;
  private volatile boolean active;
  // Whether the other end has closed the ring that this one writes.
  private boolean unread;
  private boolean readPending;
  private boolean paused;
  private boolean delivered;

  /**
   * A channel.
   *
   * @param parent the server channel that accepts it, null for a client
   * @param ringsOf the rings of the loop on which it is registered
   * @param line its two rings
   */
  RingChannel(Channel parent, Function<EventLoop, LoopRings> ringsOf, Line line) {
    super(parent);
    this.ringsOf = ringsOf;
    this.line = line;
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

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return line.local();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return line.remote();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("a connection by rings is not bound");
  }

  @Override
  protected void doRegister(ChannelPromise registered) {
    try {
      rings = ringsOf.apply(eventLoop());
    } catch (RuntimeException e) {
      registered.setFailure(e);
      return;
    }
    registered.setSuccess();
    if (line.call() == null) {
      rings.create(line.inbound(), this::accept);
    }
  }

  // The end that was called.

  private void accept(InboundChannel made, Throwable failure) {
    if (!prepared(made, failure)) {
      return;
    }
    try {
      out = rings.open(line.outbound(), new WayOut());
    } catch (IOException | RuntimeException e) {
      end(e);
      return;
    }
    if (!out.write(Greeting.BYTES, Greeting.INSTANCE)) {
      end(new IOException("a new ring has no room for a greeting"));
      return;
    }
    out.flush();
    activate();
  }

  /** Takes the ring that was made, unless this channel was closed meanwhile. */
  private boolean prepared(InboundChannel made, Throwable failure) {
    if (made != null && !open) {
      made.close();
    } else if (failure != null && open) {
      end(failure);
    } else if (open) {
      in = made;
      return true;
    }
    return false;
  }

  private void activate() {
    active = true;
    // Nothing is read before somebody asks for it, which Netty does at once when it is to.
    paused = true;
    in.setPaused(true);
    if (line.call() == null) {
      in.start(this);
    }
    pipeline().fireChannelActive();
    update();
  }

  // The end that calls.

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
        if (promise.setUncancellable() && ensureOpen(promise)) {
          connecting = promise;
          int millis = config.getConnectTimeoutMillis();
          if (millis > 0) {
            timeout = eventLoop().schedule(() -> timedOut(millis), millis, TimeUnit.MILLISECONDS);
          }
          rings.create(line.inbound(), RingChannel.this::call);
        }
      }
    };
  }

  private void call(InboundChannel made, Throwable failure) {
    if (prepared(made, failure)) {
      in.start(this);
      rings.onWorker(
          () -> {
            line.call().call();
            return null;
          },
          (nothing, e) -> {
            if (e != null) {
              end(e);
            }
          });
    }
  }

  private void timedOut(int millis) {
    end(
        new ConnectTimeoutException(
            "connection timed out after " + millis + " ms: " + line.remote()));
  }

  private void greeted() {
    ChannelPromise promise = connecting;
    connecting = null;
    cancelTimeout();
    try {
      out = rings.open(line.outbound(), new WayOut());
    } catch (IOException | RuntimeException e) {
      connecting = promise;
      end(e);
      return;
    }
    if (promise.trySuccess()) {
      activate();
    } else {
      end(null);
    }
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }

  /** Closes it, and says why to whoever can hear it. Does nothing when it is closed. */
  private void end(Throwable cause) {
    ChannelPromise promise = connecting;
    connecting = null;
    if (promise != null && cause != null) {
      promise.tryFailure(
          cause instanceof ConnectException
              ? cause
              : new ConnectException(line.remote() + ": " + cause.getMessage()).initCause(cause));
    } else if (cause != null && open) {
      pipeline().fireExceptionCaught(cause);
    }
    unsafe().close(unsafe().voidPromise());
  }

  // Reading.

  @Override
  protected void doBeginRead() {
    readPending = true;
    update();
  }

  /** Pauses the ring or resumes it, as the reader wishes. */
  private void update() {
    if (active) {
      boolean pause = !config.isAutoRead() && !readPending;
      if (pause != paused) {
        paused = pause;
        in.setPaused(pause);
      }
    }
  }

  /** The reader has had enough. */
  private void stopReading() {
    readPending = false;
    update();
  }

  @Override
  public void onRecord(ByteBuffer buffer, int at, int length) {
    if (connecting != null) {
      Greeting.require(buffer, at, length);
      greeted();
    } else if (active) {
      delivered = true;
      reader.read(buffer, at, length);
    }
  }

  @Override
  public void onBatchEnd() {
    if (delivered) {
      delivered = false;
      readPending = false;
      reader.fire();
      pipeline().fireChannelReadComplete();
      update();
    }
  }

  @Override
  public void onNudge() {
    flushWhatWaits();
  }

  @Override
  public void onRoomMade() {
    if (out != null) {
      out.nudge();
    }
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
    if (!isActive() || unread) {
      throw new ClosedChannelException();
    }
    writer.write(messages, out);
    out.flush();
  }

  private void flushWhatWaits() {
    ChannelOutboundBuffer messages = unsafe().outboundBuffer();
    if (active && messages != null && !messages.isEmpty()) {
      ((AbstractUnsafe) unsafe()).flush();
    }
  }

  /** What happens to the ring that this end writes. */
  private final class WayOut implements OutboundHandler {
    @Override
    public void onRoom() {
      flushWhatWaits();
    }

    @Override
    public void onBroken(Throwable cause) {
      if (cause != null) {
        eventLoop().execute(() -> end(cause));
      } else {
        // The other end reads no more. What it wrote before is still read; writing fails, which
        // closes this end.
        unread = true;
        eventLoop().execute(RingChannel.this::flushWhatWaits);
      }
    }
  }

  // Closing.

  /** All is read: the other end has closed, or its process has died, when the cause is null. */
  @Override
  public void onBroken(Throwable cause) {
    eventLoop().execute(() -> end(connecting != null && cause == null ? refused() : cause));
  }

  private static ConnectException refused() {
    return new ConnectException("the other end has closed the connection before it was there");
  }

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
    // The reader of the other end takes what is in the ring before it hears of the end.
    if (out != null) {
      out.close();
    }
    if (in != null) {
      in.close();
    }
    reader.release();
  }
}
