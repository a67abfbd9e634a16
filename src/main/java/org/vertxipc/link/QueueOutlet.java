package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.TreeSet;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.QueueWriter;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Sends messages to a queue while it has room, and keeps the rest, in the queue's own order. */
final class QueueOutlet implements Outlet, OutboundHandler {
  private static final Comparator<Waiting> ORDER =
      Comparator.comparingInt(Waiting::priority).reversed().thenComparingLong(Waiting::number);

  private final QueueWriter queue;
  private final OutboundHandler handler;
  private final ByteBuffer buffer;
  private final long address;
  private final TreeSet<Waiting> waiting = new TreeSet<>(ORDER);
  private long queued;
  private long number;

  private record Waiting(int priority, long number, Buffer message) {}

  /**
   * Takes over the queue, also when this fails.
   *
   * @param handler is told when less waits than before, and that the queue has been closed because
   *     sending failed
   */
  QueueOutlet(Reactor reactor, MessageQueue queue, OutboundHandler handler) throws IOException {
    this.handler = handler;
    this.buffer = ByteBuffer.allocateDirect(queue.messageBytes());
    this.address = Posix.address(buffer);
    this.queue = new QueueWriter(reactor, queue, this);
  }

  @Override
  public void write(Buffer message, int priority) {
    if (!queue.isOver()) {
      waiting.add(new Waiting(priority, number++, message));
      queued += message.length();
      drain();
    }
  }

  private void drain() {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.first();
      int length = first.message.length();
      buffer.put(0, first.message.getBytes());
      if (!queue.send(address, length, first.priority)) {
        return;
      }
      waiting.remove(first);
      queued -= length;
    }
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
    waiting.clear();
    queued = 0;
    queue.close();
  }
}
