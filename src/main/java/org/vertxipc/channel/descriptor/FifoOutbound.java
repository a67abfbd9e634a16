package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.channel.WatchedDescriptor;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Collects records in a buffer and writes them in one call when they are flushed. */
final class FifoOutbound implements OutboundChannel {
  private static final RecordWriter NOTHING = (out, at) -> {};

  private final WatchedDescriptor fifo;
  private final OutboundHandler handler;
  private final GrowingBuffer memory = new GrowingBuffer();
  private int start;
  private int end;
  private boolean kernelFull;
  private boolean roomWanted;
  private boolean broken;

  FifoOutbound(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
    this.handler = handler;
    this.fifo = new WatchedDescriptor(reactor, fd, this::ready);
    fifo.interest(false, false);
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
    if (isOver()) {
      return false;
    }
    record.write(memory.bytes(), end + StreamRecords.HEADER);
    memory.bytes().putInt(end, length);
    end += required;
    return true;
  }

  private boolean isOver() {
    return broken || fifo.isClosed();
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
    if (!kernelFull) {
      drain();
    }
  }

  private void drain() {
    while (!isOver() && start < end) {
      int n;
      try {
        n = Posix.write(fifo.fd(), memory.address() + start, end - start);
      } catch (PosixException e) {
        broken = true;
        handler.onBroken(e.is(Errno.EPIPE) ? null : e);
        return;
      }
      if (n == Posix.WOULD_BLOCK) {
        setKernelFull(true);
        return;
      }
      start += n;
    }
    start = 0;
    end = 0;
    setKernelFull(false);
  }

  private void setKernelFull(boolean full) {
    if (kernelFull != full && !fifo.isClosed()) {
      kernelFull = full;
      fifo.interest(false, full);
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (fifo.isClosed()) {
      return;
    }
    if (hangup) {
      broken = true;
      handler.onBroken(null);
      return;
    }
    drain();
    if (roomWanted && !kernelFull && !isOver()) {
      roomWanted = false;
      handler.onRoom();
    }
  }

  @Override
  public boolean isFlushed() {
    return isOver() || start == end;
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
