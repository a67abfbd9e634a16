package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.RingConsumer;

/** The reading end of a ring, and the doorbell that its writer rings. */
final class RingInbound implements InboundChannel, PolledRing {
  private static final Logger log = LoggerFactory.getLogger(RingInbound.class);
  private static final int BELL_BYTES = 256;

  private final Reactor reactor;
  private final RingPoller poller;
  private final RingMemory memory;
  private final int bell;
  private final Path bellPath;
  private final ByteBuffer rings = ByteBuffer.allocateDirect(BELL_BYTES);
  private final long ringsAddress = Posix.address(rings);
  private final Parking parking = new Parking();
  private RingConsumer consumer;
  private InboundHandler handler;
  private Reactor.Watch watch;
  private boolean attached;
  private boolean paused;
  private boolean polling;
  private boolean closed;

  RingInbound(Reactor reactor, RingPoller poller, RingMemory memory, int bell, Path bellPath) {
    this.reactor = reactor;
    this.poller = poller;
    this.memory = memory;
    this.bell = bell;
    this.bellPath = bellPath;
    this.consumer = new RingConsumer(memory.buffer());
  }

  @Override
  public void start(InboundHandler handler) {
    this.handler = handler;
    try {
      watch = reactor.watch(bell, this::bellRings);
      watch.interest(true, false);
    } catch (IOException e) {
      handler.onBroken(e);
      return;
    }
    poller.add(this);
  }

  private void bellRings(boolean readable, boolean writable, boolean hangup) {
    boolean gone = hangup;
    try {
      int n = Posix.read(bell, ringsAddress, BELL_BYTES);
      gone |= n == 0;
    } catch (PosixException e) {
      broken(e);
      return;
    }
    poller.wake(this);
    handler.onNudge();
    if (gone) {
      // What it published before it went is still to be taken, as a FIFO is read to its end.
      paused = false;
      poll(Integer.MAX_VALUE);
      broken(null);
    }
  }

  @Override
  public void setPaused(boolean paused) {
    this.paused = paused;
    if (!paused && !closed) {
      poller.wake(this);
    }
  }

  // An InternalError, here and below, is how the JVM reports that a mapped file was truncated. It
  // comes at once from interpreted code only: compiled code gets it at a later point of its thread.

  @Override
  public boolean isReady() {
    try {
      return !closed && !paused && consumer.isReady();
    } catch (InternalError e) {
      broken(e);
      return false;
    }
  }

  @Override
  public long silentFor(long now) {
    return parking.silentFor(now);
  }

  @Override
  public boolean park() {
    try {
      return parking.park(closed || paused ? null : consumer);
    } catch (InternalError e) {
      broken(e);
      parking.giveUp();
      return true;
    }
  }

  @Override
  public boolean unpark() {
    try {
      return !closed && parking.unpark(consumer);
    } catch (InternalError e) {
      broken(e);
      return true;
    }
  }

  @Override
  public boolean poll(int maxBytes) {
    if (closed || paused) {
      return false;
    }
    int taken = 0;
    // Closing while records are handed over is put off: the ring is not unmapped under the poll.
    polling = true;
    try {
      taken = consumer.poll(handler, maxBytes);
      if (taken > 0 && !attached) {
        attached = true;
        memory.writerAttached();
      }
      if (taken > 0 && !closed) {
        handler.onBatchEnd();
        if (!closed && consumer.producerWaits()) {
          handler.onRoomMade();
        }
      }
    } catch (RuntimeException | InternalError e) {
      broken(e);
    } finally {
      polling = false;
      if (closed) {
        release();
      }
    }
    if (taken > 0) {
      parking.heard();
    }
    return taken > 0;
  }

  private void broken(Throwable cause) {
    if (!closed) {
      handler.onBroken(cause);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      poller.remove(this);
      if (watch != null) {
        watch.close();
      }
      Cleanup.close(bell);
      Cleanup.unlink(bellPath);
      memory.unlink();
      if (!polling) {
        release();
      }
    }
  }

  private void release() {
    if (consumer != null) {
      consumer = null;
      try {
        memory.close();
      } catch (IOException e) {
        log.warn("A ring can't be unmapped", e);
      }
    }
  }
}
