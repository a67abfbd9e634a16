package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.ByteWriter;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.reactor.Reactor;

/** Collects records in a buffer and writes them in one call when they are flushed. */
final class FifoOutbound implements OutboundChannel, OutboundHandler {
  private static final RecordWriter NOTHING = (out, at) -> {};

  private final ByteWriter fifo;
  private final OutboundHandler handler;
  private final GrowingBuffer memory = new GrowingBuffer();
  private int start;
  private int end;
  private boolean roomWanted;

  FifoOutbound(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    this.handler = handler;
    this.fifo = new ByteWriter(reactor, fd, this);
  }

  @Override
  public int maxRecord() {
    return StreamRecords.MAX_PAYLOAD;
  }

  @Override
  public boolean write(int length, RecordWriter record) {
    int required = StreamRecords.HEADER + length;
    if (memory.capacity() - end < required) {
      flush();
      compact();
      while (memory.capacity() - end < required && memory.grow(end)) {
        // This repeats until the buffer is large enough.
      }
      if (memory.capacity() - end < required) {
        roomWanted = true;
        return false;
      }
    }
    if (fifo.isOver()) {
      return false;
    }
    record.write(memory.bytes(), end + StreamRecords.HEADER);
    memory.bytes().putInt(end, length);
    end += required;
    return true;
  }

  private void compact() {
    if (start > 0) {
      ByteBuffer bytes = memory.bytes();
      bytes.put(0, bytes, start, end - start);
      end -= start;
      start = 0;
    }
  }

  @Override
  public void flush() {
    if (!fifo.isFull()) {
      drain();
    }
  }

  private void drain() {
    start += fifo.write(memory.address() + start, end - start);
    if (start == end) {
      start = 0;
      end = 0;
    }
  }

  @Override
  public void onRoom() {
    drain();
    if (roomWanted && !fifo.isFull() && !fifo.isOver()) {
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
    return fifo.isOver() || start == end;
  }

  @Override
  public void nudge() {
    // When there is no room, the reader is awake and about to read a record anyway.
    if (write(0, NOTHING)) {
      flush();
    }
  }

  @Override
  public void close() {
    fifo.close();
  }
}
