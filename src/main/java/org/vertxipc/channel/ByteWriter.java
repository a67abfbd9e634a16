package org.vertxipc.channel;

import java.io.IOException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * Writes bytes to a pipe or FIFO as far as there is room, and watches for room only while there is
 * none. One thread only.
 */
public final class ByteWriter {
  private final WatchedDescriptor out;
  private final OutboundHandler handler;
  private boolean full;
  private boolean broken;

  /**
   * Takes a descriptor over, also when this fails.
   *
   * @param reactor watches it
   * @param fd open for writing, and non-blocking
   * @param handler is told when there may be room again, or nobody reads any more
   * @throws IOException when the kernel refuses to watch it; it is closed then
   */
  public ByteWriter(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    this.handler = handler;
    this.out = new WatchedDescriptor(reactor, fd, this::ready);
    out.interest(false, false);
  }

  /**
   * Writes until all is written, or there is no room.
   *
   * @param address where the bytes are: the caller guarantees {@code length} of them
   * @param length how many, in bytes
   * @return how many are written; less when {@link #isFull} or {@link #isOver} is true afterwards
   */
  public int write(long address, int length) {
    int written = 0;
    while (!isOver() && written < length) {
      int n;
      try {
        n = Posix.write(out.fd(), address + written, length - written);
      } catch (PosixException e) {
        broken = true;
        handler.onBroken(e.is(Errno.EPIPE) ? null : e);
        return written;
      }
      if (n == Posix.WOULD_BLOCK) {
        setFull(true);
        return written;
      }
      written += n;
    }
    if (!isOver()) {
      setFull(false);
    }
    return written;
  }

  private void setFull(boolean full) {
    this.full = full;
    out.interest(false, full);
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (isOver()) {
      return;
    }
    if (hangup) {
      broken = true;
      handler.onBroken(null);
      return;
    }
    handler.onRoom();
  }

  /**
   * Returns whether the last write found no room.
   *
   * @return true until another write finds some
   */
  public boolean isFull() {
    return full;
  }

  /**
   * Returns whether nothing can be written any more.
   *
   * @return true after {@link #close}, and when nobody reads
   */
  public boolean isOver() {
    return broken || out.isClosed();
  }

  /**
   * Returns the descriptor.
   *
   * @return its number, valid until {@link #close}
   */
  public int fd() {
    return out.fd();
  }

  /** Closes the descriptor. Does nothing the second time. */
  public void close() {
    out.close();
  }
}
