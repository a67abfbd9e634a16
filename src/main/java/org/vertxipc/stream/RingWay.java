package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;

/**
 * Two rings, one for each direction. What was written before the other end closed is read first,
 * and the death of the other process closes it.
 */
final class RingWay implements Way, InboundHandler {
  private static final Logger log = LoggerFactory.getLogger(RingWay.class);
  private static final long LOOK_MILLIS = 500;

  private final Owner owner;
  private final Loops loops;
  private final Line line;
  private final Bytes.Writer writer = new Bytes.Writer();
  private final Gatherer reader;
  private LoopRings rings;
  private InboundChannel in;
  private OutboundChannel out;
  private boolean ready;
  private boolean closed;
  // Whether the other end has closed the ring that this one writes.
  private boolean unread;
  private boolean delivered;

  /**
   * Rings that are to be made.
   *
   * @param owner is told what happens
   * @param loops the rings of its loop
   * @param line where they are
   * @param longestFrame the longest frame that is accepted, in bytes, when what is read consists of
   *     frames; 0 when it is any bytes
   */
  RingWay(Owner owner, Loops loops, Line line, int longestFrame) {
    this.owner = owner;
    this.loops = loops;
    this.line = line;
    this.reader =
        longestFrame > 0
            ? new Frames(this::hand, longestFrame)
            : new Bytes.Reader(owner.channel(), this::hand);
  }

  @Override
  public SocketAddress local() {
    return line.local();
  }

  @Override
  public SocketAddress remote() {
    return line.remote();
  }

  @Override
  public boolean isRing() {
    return true;
  }

  private EventLoop loop() {
    return owner.channel().eventLoop();
  }

  @Override
  public void start() {
    try {
      rings = loops.take(loop());
    } catch (IOException e) {
      later(e);
      return;
    }
    rings.create(line.inbound(), line.call() == null ? this::accept : this::call);
  }

  private void later(Throwable failure) {
    loop().execute(() -> end(failure));
  }

  private void end(Throwable cause) {
    if (!closed) {
      owner.onEnd(hasGone(cause) ? gone() : cause);
    }
  }

  /** Whatever failed first: it failed because the other end is dead. */
  private boolean hasGone(Throwable cause) {
    return !ready && cause != null && line.call() != null && !isAwaited();
  }

  private boolean isAwaited() {
    try {
      return line.call().isAwaited();
    } catch (IOException e) {
      // It counts as alive as long as nobody can tell.
      log.debug("Nobody can tell whether " + line.remote() + " is alive", e);
      return true;
    }
  }

  /** Takes the ring that was made, unless this was closed meanwhile. */
  private boolean prepared(InboundChannel made, Throwable failure) {
    if (made != null && closed) {
      made.close();
    } else if (failure != null) {
      end(failure);
    } else if (!closed) {
      in = made;
      return true;
    }
    return false;
  }

  // The end that was called.

  private void accept(InboundChannel made, Throwable failure) {
    if (failure != null) {
      refuse(failure);
      return;
    }
    if (!prepared(made, failure) || !open()) {
      return;
    }
    if (!out.write(Greeting.BYTES, Greeting.INSTANCE)) {
      end(new IOException("a new ring has no room for a greeting"));
      return;
    }
    out.flush();
    becomeReady();
    if (!closed) {
      in.start(this);
    }
  }

  /** Tells the other end, which would wait otherwise. */
  private void refuse(Throwable why) {
    if (!closed && open()) {
      Refusal refusal = new Refusal(why);
      if (out.write(refusal.bytes(), refusal)) {
        out.flush();
      }
      end(why);
    }
  }

  private boolean open() {
    try {
      out = rings.open(line.outbound(), new WayOut());
      return true;
    } catch (IOException | RuntimeException e) {
      end(isGone(e) ? gone() : e);
      return false;
    }
  }

  /** Nobody reads the ring, or, where the other end must have made it before, it is removed. */
  private boolean isGone(Exception e) {
    return e instanceof PosixException p
        && (p.is(Errno.ENXIO) || (line.call() == null && p.is(Errno.ENOENT)));
  }

  private void becomeReady() {
    ready = true;
    // Nothing is read before somebody asks for it.
    in.setPaused(true);
    owner.onReady();
  }

  // The end that calls.

  private void call(InboundChannel made, Throwable failure) {
    if (prepared(made, failure)) {
      in.start(this);
      rings.onWorker(
          () -> {
            line.call().call();
            return null;
          },
          (nothing, e) -> {
            if (e instanceof PosixException p && p.is(Errno.ENXIO, Errno.ENOENT)) {
              // A dying process closes its door and its lock one after the other.
              soon(() -> end(e));
            } else if (e != null) {
              end(e);
            } else {
              lookLater();
            }
          });
    }
  }

  /** Who dies before it has opened the ring of this end does so unnoticed. */
  private void lookLater() {
    if (!ready && !closed) {
      soon(this::look);
    }
  }

  private void soon(Runnable task) {
    var unused = loop().schedule(task, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!ready && !closed && !isAwaited()) {
      end(gone());
    } else {
      lookLater();
    }
  }

  // Reading.

  @Override
  public void pause(boolean paused) {
    in.setPaused(paused);
  }

  @Override
  public void onRecord(ByteBuffer buffer, int at, int length) {
    if (ready) {
      rings.counts().received.add(length);
      reader.read(buffer, at, length);
    } else {
      String refusal = Refusal.read(buffer, at, length);
      if (refusal != null) {
        later(new IOException("the other end says: " + refusal));
        return;
      }
      Greeting.require(buffer, at, length);
      if (open()) {
        becomeReady();
      }
    }
  }

  @Override
  public void onBatchEnd() {
    reader.fire();
    if (delivered) {
      delivered = false;
      if (!closed) {
        owner.onReadComplete();
      }
    }
  }

  private void hand(ByteBuf bytes) {
    if (!delivered) {
      loops.aboutToRead();
    }
    delivered = true;
    owner.onRead(bytes);
  }

  @Override
  public void onNudge() {
    owner.onRoom();
  }

  @Override
  public void onRoomMade() {
    if (out != null) {
      out.nudge();
    }
  }

  // Writing.

  @Override
  public void write(ChannelOutboundBuffer messages) throws ClosedChannelException {
    if (unread) {
      throw new ClosedChannelException();
    }
    writer.write(messages, out, rings.counts());
    out.flush();
  }

  /** What happens to the ring that this end writes. */
  private final class WayOut implements OutboundHandler {
    @Override
    public void onRoom() {
      owner.onRoom();
    }

    @Override
    public void onBroken(Throwable cause) {
      if (cause != null) {
        later(cause);
      } else {
        // The other end reads no more. What it wrote before is still read; writing fails, which
        // closes this end.
        unread = true;
        loop().execute(owner::onRoom);
      }
    }
  }

  // Closing.

  /** All is read: the other end has closed, or its process has died, when the cause is null. */
  @Override
  public void onBroken(Throwable cause) {
    later(!ready && cause == null ? gone() : cause);
  }

  private static GoneException gone() {
    return new GoneException("the other end has gone before the connection was there");
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // The reader of the other end takes what is in the ring before it hears of the end.
    if (out != null) {
      out.close();
    }
    if (in != null) {
      in.close();
    }
    reader.release();
    if (rings != null) {
      loops.giveBack(rings);
    }
  }
}
