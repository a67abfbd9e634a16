package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Sends messages to a queue while it has room, and keeps the rest, in the queue's own order. */
final class QueueOutlet implements Outlet {
  private static final Logger log = LoggerFactory.getLogger(QueueOutlet.class);

  private final MessageQueue queue;
  private final Runnable onRoom;
  private final Consumer<PosixException> onBroken;
  private final ByteBuffer buffer;
  private final Reactor.Watch watch;
  private final TreeSet<Waiting> waiting = new TreeSet<>(ORDER);
  private long queued;
  private long number;
  private boolean closed;

  private record Waiting(int priority, long number, Buffer message) {}

  private static final Comparator<Waiting> ORDER =
      Comparator.comparingInt(Waiting::priority).reversed().thenComparingLong(Waiting::number);

  /** Takes over the queue, also when this fails. */
  QueueOutlet(
      Reactor reactor, MessageQueue queue, Runnable onRoom, Consumer<PosixException> onBroken)
      throws IOException {
    this.queue = queue;
    this.onRoom = onRoom;
    this.onBroken = onBroken;
    this.buffer = ByteBuffer.allocateDirect(queue.messageBytes());
    try {
      this.watch = reactor.watch(queue.fd(), (readable, writable, hangup) -> ready());
    } catch (IOException | RuntimeException e) {
      queue.close();
      throw e;
    }
    watch.interest(false, false);
  }

  @Override
  public void write(Buffer message, int priority) {
    if (!closed) {
      waiting.add(new Waiting(priority, number++, message));
      queued += message.length();
      drain();
    }
  }

  private void drain() {
    try {
      while (!closed && !waiting.isEmpty()) {
        Waiting first = waiting.first();
        int length = first.message.length();
        buffer.put(0, first.message.getBytes());
        if (!queue.send(Posix.address(buffer), length, first.priority)) {
          watch.interest(false, true);
          return;
        }
        waiting.remove(first);
        queued -= length;
      }
      if (!closed) {
        watch.interest(false, false);
      }
    } catch (PosixException e) {
      close();
      onBroken.accept(e);
    }
  }

  private void ready() {
    if (!closed) {
      drain();
      onRoom.run();
    }
  }

  @Override
  public long queued() {
    return queued;
  }

  @Override
  public Buffer dropOldest() {
    if (waiting.isEmpty()) {
      return null;
    }
    // This is the oldest message of the lowest priority.
    Waiting oldest = waiting.ceiling(new Waiting(waiting.last().priority, 0, null));
    waiting.remove(oldest);
    queued -= oldest.message.length();
    return oldest.message;
  }

  void close() {
    if (!closed) {
      closed = true;
      waiting.clear();
      queued = 0;
      watch.close();
      try {
        queue.close();
      } catch (PosixException e) {
        log.warn("Closing a message queue reported an error", e);
      }
    }
  }
}
