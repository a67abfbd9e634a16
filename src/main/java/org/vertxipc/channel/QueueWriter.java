package org.vertxipc.channel;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * Sends messages to a POSIX message queue as far as there is room, and watches for room only while
 * there is none. One thread only.
 */
public final class QueueWriter {
  private static final Logger log = LoggerFactory.getLogger(QueueWriter.class);

  private final MessageQueue queue;
  private final OutboundHandler handler;
  private final Reactor.Watch watch;
  private boolean full;
  private boolean broken;
  private boolean closed;

  /**
   * Takes a queue over, also when this fails.
   *
   * @param reactor watches it
   * @param queue open for writing
   * @param handler is told when there may be room again, or nothing can be sent any more
   * @throws IOException when the kernel refuses to watch it; it is closed then
   */
  public QueueWriter(Reactor reactor, MessageQueue queue, OutboundHandler handler)
      throws IOException {
    this.queue = queue;
    this.handler = handler;
    try {
      this.watch =
          reactor.watch(
              queue.fd(),
              (readable, writable, hangup) -> {
                if (!isOver()) {
                  handler.onRoom();
                }
              });
    } catch (IOException | RuntimeException e) {
      queue.close();
      throw e;
    }
    watch.interest(false, false);
  }

  /**
   * Sends a message, if there is room.
   *
   * @param address where it is: the caller guarantees {@code length} bytes
   * @param length its length, in bytes
   * @param priority 0 to {@link MessageQueue#MAX_PRIORITY}
   * @return false when {@link #isFull} or {@link #isOver} is true
   */
  public boolean send(long address, int length, int priority) {
    if (isOver()) {
      return false;
    }
    try {
      full = !queue.send(address, length, priority);
    } catch (PosixException e) {
      broken = true;
      handler.onBroken(e);
      return false;
    }
    watch.interest(false, full);
    return !full;
  }

  /**
   * Returns whether the last message found no room.
   *
   * @return true until another finds some
   */
  public boolean isFull() {
    return full;
  }

  /**
   * Returns whether nothing can be sent any more.
   *
   * @return true after {@link #close}, and when sending has failed
   */
  public boolean isOver() {
    return broken || closed;
  }

  /** Closes the queue. Does nothing the second time. */
  public void close() {
    if (!closed) {
      closed = true;
      watch.close();
      try {
        queue.close();
      } catch (PosixException e) {
        log.warn("Closing a message queue reported an error", e);
      }
    }
  }
}
