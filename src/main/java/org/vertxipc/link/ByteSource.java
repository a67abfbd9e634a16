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

  private final WatchedDescriptor in;
  private final Handler handler;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Posix.address(buffer);

  /** Takes over the descriptor, also when this fails. */
  ByteSource(Reactor reactor, int fd, Handler handler) throws IOException {
    this.handler = handler;
    this.in = new WatchedDescriptor(reactor, fd, this::ready);
    in.interest(true, false);
  }

  void setPaused(boolean paused) {
    if (!in.isClosed()) {
      in.interest(!paused, false);
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    try {
      for (int reads = 0; !in.isClosed() && reads < MAX_READS; reads++) {
        int n = Posix.read(in.fd(), address, BUFFER_BYTES);
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
    in.close();
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
