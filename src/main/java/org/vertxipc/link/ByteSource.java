package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.WatchedDescriptor;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Reads a descriptor, a bounded amount per turn of the event loop. One thread only. */
final class ByteSource {
  private static final int BUFFER_BYTES = 64 * 1024;
  // Reads per turn of the event loop, so that other descriptors have their turn.
  private static final int MAX_READS = 4;

  private final Reactor reactor;
  private final Handler handler;
  private final boolean lasting;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Posix.address(buffer);
  private WatchedDescriptor in;
  private boolean paused;

  /** Takes over the descriptor, also when this fails. */
  ByteSource(Reactor reactor, int fd, Handler handler) throws IOException {
    this(reactor, fd, handler, false);
  }

  private ByteSource(Reactor reactor, int fd, Handler handler, boolean lasting) throws IOException {
    this.reactor = reactor;
    this.handler = handler;
    this.lasting = lasting;
    this.in = new WatchedDescriptor(reactor, fd, this::ready);
    in.interest(true, false);
  }

  /**
   * The same for the reading end of a FIFO, which has one stream after the other: the end of one is
   * reported when the last writer is gone, and it goes on with the next.
   */
  static ByteSource ofStreams(Reactor reactor, int fd, Handler handler) throws IOException {
    return new ByteSource(reactor, fd, handler, true);
  }

  void setPaused(boolean paused) {
    boolean resumed = this.paused && !paused;
    this.paused = paused;
    if (!in.isClosed()) {
      in.interest(!paused, false);
      if (resumed && lasting) {
        // That writers went meanwhile is not reported again.
        ready(true, false, false);
      }
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    try {
      if (paused && lasting) {
        if (hangup) {
          replace();
        }
        return;
      }
      for (int reads = 0; isToBeRead(hangup) && reads < MAX_READS; reads++) {
        int n = Posix.read(in.fd(), address, BUFFER_BYTES);
        if (n == Posix.WOULD_BLOCK) {
          return;
        } else if (n == 0 && lasting) {
          replace();
          handler.onStreamEnd();
          return;
        } else if (n == 0) {
          close();
          handler.onEnd(null);
          return;
        }
        byte[] bytes = new byte[n];
        buffer.get(0, bytes);
        handler.onBytes(Buffer.buffer(bytes));
        // Whether the writer of a FIFO is gone only another read can tell.
        if (n < BUFFER_BYTES && !hangup && !lasting) {
          return;
        }
      }
    } catch (IOException e) {
      close();
      handler.onEnd(e);
    }
  }

  private boolean isToBeRead(boolean hangup) {
    return !in.isClosed() && (!paused || (hangup && !lasting));
  }

  /**
   * Puts another descriptor in the place of this one, for which the kernel would report for ever
   * that its writers are gone. The other is opened first: a FIFO without a reader loses what is in
   * it.
   */
  private void replace() throws IOException {
    WatchedDescriptor before = in;
    int fd = Posix.reopen(before.fd(), Posix.O_RDONLY);
    try {
      in = new WatchedDescriptor(reactor, fd, this::ready);
    } finally {
      before.close();
    }
    in.interest(!paused, false);
  }

  void close() {
    in.close();
  }

  /** Takes what is read. */
  interface Handler {
    /** Some bytes; the buffer becomes the handler's own. */
    void onBytes(Buffer bytes);

    /** The writers are gone; what comes next is of others. */
    default void onStreamEnd() {}

    /**
     * Called when no more will come: with null at the end of the file, otherwise with the failure.
     * The source is closed.
     */
    void onEnd(IOException failure);
  }
}
