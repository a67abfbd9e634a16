package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.QueueWriter;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Collects records of one priority into a message, and sends it when it is full or flushed. */
final class MqueueOutbound implements OutboundChannel, OutboundHandler {
  private final QueueWriter queue;
  private final Bell bell;
  private final OutboundHandler handler;
  private final ByteBuffer buffer;
  private final long address;
  private int priority;
  private int collectedPriority;
  private int end;
  private boolean roomWanted;

  MqueueOutbound(Reactor reactor, MessageQueue queue, Bell bell, OutboundHandler handler)
      throws IOException {
    this.bell = bell;
    this.handler = handler;
    this.buffer = ByteBuffer.allocateDirect(queue.messageBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.address = Posix.address(buffer);
    this.queue = new QueueWriter(reactor, queue, this);
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
    if (queue.isOver()) {
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
    if (!queue.isFull()) {
      send();
    }
  }

  private void send() {
    if (end > 0 && queue.send(address, end, collectedPriority)) {
      end = 0;
    }
  }

  @Override
  public void onRoom() {
    send();
    if (roomWanted && !queue.isFull() && !queue.isOver()) {
      roomWanted = false;
      handler.onRoom();
    }
  }

  @Override
  public void onBroken(Throwable cause) {
    handler.onBroken(cause);
  }

  @Override
  public boolean isFlushed() {
    return queue.isOver() || end == 0;
  }

  @Override
  public void nudge() {
    bell.ring();
  }

  @Override
  public void close() {
    bell.close();
    queue.close();
  }
}
