package org.vertxipc.channel.descriptor;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Collects records of one priority into a message, and sends it when it is full or flushed. */
final class MqueueOutbound implements OutboundChannel {
  private static final Logger log = LoggerFactory.getLogger(MqueueOutbound.class);

  private final MessageQueue queue;
  private final Bell bell;
  private final OutboundHandler handler;
  private final Reactor.Watch watch;
  private final ByteBuffer buffer;
  private final long address;
  private int priority;
  private int collectedPriority;
  private int end;
  private boolean queueFull;
  private boolean roomWanted;
  private boolean broken;
  private boolean closed;

  MqueueOutbound(Reactor reactor, MessageQueue queue, Bell bell, OutboundHandler handler)
      throws IOException {
    this.queue = queue;
    this.bell = bell;
    this.handler = handler;
    this.buffer = ByteBuffer.allocateDirect(queue.messageBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.address = Posix.address(buffer);
    this.watch = reactor.watch(queue.fd(), this::ready);
    watch.interest(false, false);
  }

  @Override
  public int maxRecord() {
    return buffer.capacity() - StreamRecords.HEADER;
  }

  @Override
  public boolean ordersByPriority() {
    return true;
  }

  @Override
  public void setPriority(int priority) {
    this.priority = priority;
  }

  @Override
  public boolean write(int length, RecordWriter record) {
    int required = StreamRecords.HEADER + length;
    if (end > 0 && (priority != collectedPriority || buffer.capacity() - end < required)) {
      flush();
      if (end > 0) {
        roomWanted = true;
        return false;
      }
    }
    if (closed || broken) {
      return false;
    }
    record.write(buffer, end + StreamRecords.HEADER);
    buffer.putInt(end, length);
    collectedPriority = priority;
    end += required;
    return true;
  }

  @Override
  public void flush() {
    if (!queueFull) {
      send();
    }
  }

  private void send() {
    if (closed || broken || end == 0) {
      return;
    }
    try {
      setQueueFull(!queue.send(address, end, collectedPriority));
      if (!queueFull) {
        end = 0;
      }
    } catch (PosixException e) {
      broken = true;
      handler.onBroken(e);
    }
  }

  private void setQueueFull(boolean full) {
    if (queueFull != full) {
      queueFull = full;
      watch.interest(false, full);
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (closed) {
      return;
    }
    send();
    if (roomWanted && !queueFull && !closed && !broken) {
      roomWanted = false;
      handler.onRoom();
    }
  }

  @Override
  public boolean isFlushed() {
    return closed || broken || end == 0;
  }

  @Override
  public void nudge() {
    bell.ring();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      watch.close();
      bell.close();
      try {
        queue.close();
      } catch (PosixException e) {
        log.warn("Closing a message queue reported an error", e);
      }
    }
  }
}
