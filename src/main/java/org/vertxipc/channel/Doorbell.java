package org.vertxipc.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * The reading end of a FIFO by which others wake this process: what they ring is a {@link Bell}. It
 * hangs up when the last of them is gone. One thread only.
 */
public final class Doorbell {
  // How many have rung does not matter. A node has a bell for each ring that it reads, so this is
  // small: what is left is read next.
  private static final int MOST_BYTES = 256;

  private final Reactor reactor;
  private final int fd;
  private final ByteBuffer rings = ByteBuffer.allocateDirect(MOST_BYTES);
  private final long address = Posix.address(rings);
  private Handler handler;
  private Reactor.Watch watch;
  private boolean closed;

  /** Is told what happens. */
  public interface Handler {
    /** Somebody has rung, or has gone. */
    void onRing();

    /** The last one who could ring has gone, after {@link #onRing}. This is called once. */
    default void onGone() {}

    /**
     * The bell can't be read.
     *
     * @param cause what failed
     */
    void onBroken(IOException cause);
  }

  /**
   * Takes a descriptor over, without watching it yet.
   *
   * @param reactor will watch it
   * @param fd the FIFO, open for reading; this object closes it
   */
  public Doorbell(Reactor reactor, int fd) {
    this.reactor = reactor;
    this.fd = fd;
  }

  /**
   * Starts listening. Called once.
   *
   * @param handler is told what happens
   * @throws IOException when the kernel refuses to watch the bell
   */
  public void listen(Handler handler) throws IOException {
    this.handler = handler;
    watch = reactor.watch(fd, this::ready);
    watch.interest(true, false);
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    boolean gone = hangup;
    reactor.counts().doorbellsAnswered.increment();
    try {
      gone |= Posix.read(fd, address, MOST_BYTES) == 0;
    } catch (PosixException e) {
      handler.onBroken(e);
      return;
    }
    if (gone) {
      // The kernel would report this again and again.
      watch.close();
    }
    handler.onRing();
    if (gone && !closed) {
      handler.onGone();
    }
  }

  /** Stops listening, and closes the FIFO. Does nothing the second time. */
  public void close() {
    if (!closed) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      Cleanup.close(fd);
    }
  }
}
