package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.vertxipc.channel.ByteWriter;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Writes messages to a descriptor as far as there is room, and keeps the rest. One thread only. */
final class ByteSink implements Outlet, OutboundHandler {
  private static final int BUFFER_BYTES = 64 * 1024;
  // What the kernel writes in one piece, or not at all now: see pipe(7).
  private static final int PIPE_BUF = 4096;

  private final ByteWriter out;
  private final OutboundHandler handler;
  // Messages are gathered in one write up to this length, so that it ends where one of them does.
  private final int most;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Posix.address(buffer);
  private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
  // How many bytes of the first message in the queue are written.
  private int written;
  private long queued;
  private boolean ending;

  /**
   * Takes over the descriptor, also when this fails.
   *
   * @param handler is told when less waits than before, and that the sink has been closed because
   *     nobody reads any more, or writing failed
   */
  ByteSink(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    this(reactor, fd, handler, BUFFER_BYTES);
  }

  /** The same for what others write, too: no write ends within a message that is short enough. */
  static ByteSink ofShared(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    return new ByteSink(reactor, fd, handler, PIPE_BUF);
  }

  private ByteSink(Reactor reactor, int fd, OutboundHandler handler, int most) throws IOException {
    this.handler = handler;
    this.most = most;
    this.out = new ByteWriter(reactor, fd, this);
  }

  @Override
  public void write(Buffer message, int priority) {
    if (!out.isOver() && !ending) {
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
  public Buffer dropOldest() {
    // A message that is partly written must be written to its end.
    Buffer begun = written > 0 ? queue.poll() : null;
    Buffer dropped = queue.poll();
    if (begun != null) {
      queue.addFirst(begun);
    }
    queued -= dropped == null ? 0 : dropped.length();
    return dropped;
  }

  private void drain() {
    while (!queue.isEmpty()) {
      int n = out.write(address, collect());
      if (out.isOver()) {
        return;
      }
      advance(n);
      if (out.isFull()) {
        return;
      }
    }
    if (ending) {
      close();
    }
  }

  /** Copies the start of the queue into the buffer that is written. */
  private int collect() {
    int end = 0;
    int from = written;
    for (Buffer message : queue) {
      int rest = message.length() - from;
      // One that is longer than what is gathered goes alone, in several writes.
      if (end > 0 && end + rest > most) {
        break;
      }
      int count = Math.min(rest, BUFFER_BYTES);
      buffer.put(end, message.getBytes(from, from + count));
      end += count;
      from = 0;
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

  @Override
  public void onRoom() {
    drain();
    handler.onRoom();
  }

  @Override
  public void onBroken(Throwable cause) {
    close();
    handler.onBroken(cause);
  }

  /** Returns the descriptor, which it closes. */
  int fd() {
    return out.fd();
  }

  /** Closes when all waiting messages are written. */
  void end() {
    ending = true;
    if (queue.isEmpty()) {
      close();
    }
  }

  void close() {
    queue.clear();
    queued = 0;
    out.close();
  }
}
