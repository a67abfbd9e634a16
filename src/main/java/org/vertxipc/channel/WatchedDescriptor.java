package org.vertxipc.channel;

import java.io.IOException;
import org.vertxipc.reactor.Reactor;

/** A descriptor that is watched until it is closed. One thread only: the reactor's. */
public final class WatchedDescriptor {
  private final int fd;
  private final Reactor.Watch watch;
  private boolean closed;

  /**
   * Takes a descriptor over and watches it. Nothing is reported before {@link #interest} is called.
   *
   * @param reactor watches it
   * @param fd the descriptor, which is non-blocking
   * @param handler is told about readiness
   * @throws IOException when the kernel refuses to watch it; it is closed then
   */
  public WatchedDescriptor(Reactor reactor, int fd, Reactor.ReadyHandler handler)
      throws IOException {
    this.fd = fd;
    try {
      this.watch = reactor.watch(fd, handler);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      throw e;
    }
  }

  /**
   * Returns the descriptor.
   *
   * @return its number, which the kernel gives to another file once this is closed
   */
  public int fd() {
    return fd;
  }

  /**
   * Sets what to report from now on.
   *
   * @param read readiness to read
   * @param write readiness to write
   */
  public void interest(boolean read, boolean write) {
    watch.interest(read, write);
  }

  /**
   * Returns whether {@link #close} has been called.
   *
   * @return true from then on
   */
  public boolean isClosed() {
    return closed;
  }

  /** Stops watching, and closes the descriptor. Does nothing the second time. */
  public void close() {
    if (!closed) {
      closed = true;
      watch.close();
      Cleanup.close(fd);
    }
  }
}
