package org.vertxipc.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.counters.Counter;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * The writing end of a FIFO that wakes the other side. While it is open, this side lives; when
 * nobody reads it any more, the other side has closed its end. One thread only.
 */
public final class Bell {
  private final WatchedDescriptor fifo;
  private final OutboundHandler handler;
  private final Counter rung;
  private final ByteBuffer ring = ByteBuffer.allocateDirect(1);
  private final long address = Posix.address(ring);

  /**
   * Creates a bell.
   *
   * @param reactor watches it
   * @param fd the FIFO, open for writing; this object closes it
   * @param handler is told when it is broken
   * @throws IOException when the kernel refuses to watch it; it is closed then
   */
  public Bell(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    this.handler = handler;
    this.rung = reactor.counts().doorbellsRung;
    this.fifo = new WatchedDescriptor(reactor, fd, this::ready);
    fifo.interest(false, false);
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (hangup && !fifo.isClosed()) {
      handler.onBroken(null);
    }
  }

  /** Wakes the other side. Does nothing when it is closed. */
  public void ring() {
    if (fifo.isClosed()) {
      return;
    }
    rung.increment();
    try {
      // When the FIFO is full, it contains enough rings to wake the reader.
      Posix.write(fifo.fd(), address, 1);
    } catch (PosixException e) {
      handler.onBroken(e.is(Errno.EPIPE) ? null : e);
    }
  }

  /** Closes the FIFO. */
  public void close() {
    fifo.close();
  }
}
