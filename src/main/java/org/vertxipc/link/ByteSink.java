package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Writes messages to a descriptor as far as there is room, and keeps the rest. One thread only. */
final class ByteSink implements Outlet {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final int fd;
  private final Handler handler;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Posix.address(buffer);
  private final Reactor.Watch watch;
  private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
  // How many bytes of the first message in the queue are written.
  private int written;
  private long queued;
  private boolean ending;
  private boolean closed;

  /** Takes over the descriptor, also when this fails. */
  ByteSink(Reactor reactor, int fd, Handler handler) throws IOException {
    this.fd = fd;
    this.handler = handler;
    try {
      this.watch = reactor.watch(fd, this::ready);
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
    watch.interest(false, false);
  }

  @Override
  public void write(Buffer message, int priority) {
    if (!closed && !ending) {
      boolean first = queue.isEmpty();
      queue.add(message);
      queued += message.length();
      if (first) {
        drain();
      }
    }
  }

  @Override
  public long queued() {
    return queued;
  }

  @Override
  public int dropOldest() {
    // A message that is partly written must be written to its end.
    Buffer begun = written > 0 ? queue.poll() : null;
    Buffer dropped = queue.poll();
    if (begun != null) {
      queue.addFirst(begun);
    }
    int length = dropped == null ? 0 : dropped.length();
    queued -= length;
    return length;
  }

  private void drain() {
    while (!closed && !queue.isEmpty()) {
      int length = collect();
      int n;
      try {
        n = Posix.write(fd, address, length);
      } catch (PosixException e) {
        close();
        handler.onBroken(e);
        return;
      }
      if (n == Posix.WOULD_BLOCK) {
        watch.interest(false, true);
        return;
      }
      advance(n);
    }
    if (!closed) {
      watch.interest(false, false);
      if (ending) {
        close();
      }
    }
  }

  /** Copies the start of the queue into the buffer that is written. */
  private int collect() {
    int end = 0;
    int from = written;
    for (Buffer message : queue) {
      int count = Math.min(message.length() - from, BUFFER_BYTES - end);
      buffer.put(end, message.getBytes(from, from + count));
      end += count;
      from = 0;
      if (end == BUFFER_BYTES) {
        break;
      }
    }
    return end;
  }

  private void advance(int n) {
    queued -= n;
    int rest = n + written;
    while (!queue.isEmpty() && rest >= queue.peek().length()) {
      rest -= queue.poll().length();
    }
    written = rest;
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (!closed) {
      if (hangup && queue.isEmpty()) {
        close();
        handler.onBroken(null);
        return;
      }
      drain();
      handler.onRoom();
    }
  }

  /** Closes when all waiting messages are written. */
  void end() {
    ending = true;
    if (queue.isEmpty()) {
      close();
    }
  }

  void close() {
    if (!closed) {
      closed = true;
      queue.clear();
      queued = 0;
      watch.close();
      Cleanup.close(fd);
    }
  }

  /** Is told what happens. */
  interface Handler {
    /** Less waits than before. */
    void onRoom();

    /** Nobody reads any more ({@code EPIPE}, or null), or writing failed. The sink is closed. */
    void onBroken(PosixException cause);
  }
}
