package org.vertxipc.channel;

import java.nio.ByteBuffer;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The writing end of a FIFO that wakes the other side, and by being open tells that this side
 * lives. One thread only.
 */
public final class Bell {
  private final int fd;
  private final OutboundHandler handler;
  private final ByteBuffer ring = ByteBuffer.allocateDirect(1);
  private final long address = Posix.address(ring);

  /**
   * A bell.
   *
   * @param fd the FIFO, open for writing; this object's to close
   * @param handler told when it is broken
   */
  public Bell(int fd, OutboundHandler handler) {
    this.fd = fd;
    this.handler = handler;
  }

  /** Wakes the other side. */
  public void ring() {
    try {
      // When the FIFO is full, the reader has rings enough to wake up for.
      Posix.write(fd, address, 1);
    } catch (PosixException e) {
      if (!e.is("EPIPE")) {
        handler.onBroken(e);
      }
      // Without a reader the other direction hangs up, which is where a death is noticed.
    }
  }

  /** Closes the FIFO. */
  public void close() {
    Cleanup.close(fd);
  }
}
