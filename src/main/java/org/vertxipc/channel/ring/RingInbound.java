package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Doorbell;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.Mapping;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.RingConsumer;

/** The reading end of a ring, and the doorbell that its writer rings. */
final class RingInbound extends ReadRing implements InboundChannel, Doorbell.Handler {
  private static final Logger log = LoggerFactory.getLogger(RingInbound.class);
  // The bound per turn of the event loop, when the writer is gone.
  private static final int TURN_BYTES = 64 * 1024;

  private final RingMemory memory;
  private final Doorbell bell;
  private final Path bellPath;
  private final Runnable readOnNextTurn;
  private boolean attached;
  // Whether the writer is gone.
  private boolean ended;

  RingInbound(Reactor reactor, RingPoller poller, RingMemory memory, int bell, Path bellPath) {
    super(poller, new RingConsumer(memory.buffer()));
    this.memory = memory;
    this.bell = new Doorbell(reactor, bell);
    this.bellPath = bellPath;
    this.readOnNextTurn = reactor.perTurn(this::readOn);
  }

  @Override
  public void start(InboundHandler handler) {
    handler(handler);
    try {
      bell.listen(this);
    } catch (IOException e) {
      handler.onBroken(e);
      return;
    }
    attend();
  }

  @Override
  public void onRing() {
    wake();
    handler().onNudge();
  }

  @Override
  public void onGone() {
    ended = true;
    readOn();
  }

  @Override
  public void onBroken(IOException cause) {
    broken(cause);
  }

  /** What the writer published before it went must still be taken, as a FIFO is read to its end. */
  private void readOn() {
    if (isClosed() || isPaused()) {
      return;
    }
    boolean more;
    try {
      poll(TURN_BYTES);
      more = isReady();
      if (isFragile()) {
        // Compiled code would get a fault of memory later, where nobody expects it.
        Mapping.raiseFault();
      }
    } catch (InternalError e) {
      more = endIfDamaged(e);
    }
    if (more) {
      readOnNextTurn.run();
    } else if (!isClosed() && !isPaused()) {
      broken(null);
    }
  }

  @Override
  public void setPaused(boolean paused) {
    setAside(paused);
    if (ended && !paused) {
      readOnNextTurn.run();
    }
  }

  @Override
  protected int take(int maxBytes) {
    int taken = consumer().poll(handler(), maxBytes);
    if (taken > 0 && !attached) {
      attached = true;
      memory.writerAttached();
    }
    if (taken > 0 && !isClosed()) {
      handler().onBatchEnd();
      if (!isClosed() && consumer().producerWaits()) {
        handler().onRoomMade();
      }
    }
    return taken;
  }

  @Override
  public void close() {
    if (finish()) {
      bell.close();
      Cleanup.unlink(bellPath);
      memory.unlink();
      releaseUnlessPolling();
    }
  }

  @Override
  public boolean isFragile() {
    return memory.isFragile();
  }

  @Override
  public void requireWhole() {
    if (!isClosed()) {
      memory.requireWhole();
    }
  }

  @Override
  protected void release() {
    try {
      memory.close();
    } catch (IOException e) {
      log.warn("A ring can't be unmapped", e);
    }
  }
}
