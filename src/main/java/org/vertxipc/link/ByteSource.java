package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Reads a descriptor, a bounded amount per turn of the event loop. One thread only. */
final class ByteSource {
  private static final int BUFFER_BYTES = 64 * 1024;
  // Reads per turn of the event loop, so that other descriptors have their turn.
  private static final int MAX_READS = 4;

  private final int fd;
  private final Handler handler;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Posix.address(buffer);
  private final Reactor.Watch watch;
  private boolean closed;

  /** Takes over the descriptor, also when this fails. */
  ByteSource(Reactor reactor, int fd, Handler handler) throws IOException {
    this.fd = fd;
    this.handler = handler;
    try {
      this.watch = reactor.watch(fd, this::ready);
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
    watch.interest(true, false);
  }

  void setPaused(boolean paused) {
    if (!closed) {
      watch.interest(!paused, false);
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    try {
      for (int reads = 0; !closed && reads < MAX_READS; reads++) {
        int n = Posix.read(fd, address, BUFFER_BYTES);
        if (n == Posix.WOULD_BLOCK) {
          return;
        } else if (n == 0) {
          close();
          handler.onEnd(null);
          return;
        }
        byte[] bytes = new byte[n];
        buffer.get(0, bytes);
        handler.onBytes(Buffer.buffer(bytes));
        if (n < BUFFER_BYTES && !hangup) {
          return;
        }
      }
    } catch (IOException e) {
      close();
      handler.onEnd(e);
    }
  }

  void close() {
    if (!closed) {
      closed = true;
      watch.close();
      Cleanup.close(fd);
    }
  }

  /** Takes what is read. */
  interface Handler {
    /** Some bytes; the buffer becomes the handler's own. */
    void onBytes(Buffer bytes);

    /**
     * Called when no more will come: with null at the end of the file, otherwise with the failure.
     * The source is closed.
     */
    void onEnd(IOException failure);
  }
}
