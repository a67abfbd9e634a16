package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Collects records in a buffer and writes them in one call when they are flushed. */
final class FifoOutbound implements OutboundChannel {
  private final int fd;
  private final OutboundHandler handler;
  private final Reactor.Watch watch;
  private final GrowingBuffer memory = new GrowingBuffer();
  private int start;
  private int end;
  private int claimed = -1;
  private boolean kernelFull;
  private boolean roomWanted;
  private boolean closed;

  FifoOutbound(Reactor reactor, int fd, OutboundHandler handler) throws IOException {
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
  public int maxRecord() {
    return StreamRecords.MAX_PAYLOAD;
  }

  @Override
  public ByteBuffer buffer() {
    return memory.bytes();
  }

  @Override
  public int claim(int length) {
    int required = StreamRecords.HEADER + length;
    if (memory.capacity() - end < required) {
      flush();
      compact();
      while (memory.capacity() - end < required && memory.grow(end)) {
        // Until it is large enough.
      }
      if (closed || memory.capacity() - end < required) {
        roomWanted = true;
        return FULL;
      }
    }
    claimed = length;
    return end + StreamRecords.HEADER;
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
  public void commit() {
    if (claimed < 0) {
      throw new IllegalStateException("nothing is claimed");
    }
    memory.bytes().putInt(end, claimed);
    end += StreamRecords.HEADER + claimed;
    claimed = -1;
  }

  @Override
  public void flush() {
    if (!kernelFull) {
      write();
    }
  }

  private void write() {
    while (!closed && start < end) {
      int n;
      try {
        n = Posix.write(fd, memory.address() + start, end - start);
      } catch (PosixException e) {
        start = end;
        handler.onBroken(e.is("EPIPE") ? null : e);
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
    if (kernelFull != full && !closed) {
      kernelFull = full;
      watch.interest(false, full);
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (closed) {
      return;
    }
    if (hangup) {
      handler.onBroken(null);
      return;
    }
    write();
    if (roomWanted && !kernelFull && !closed) {
      roomWanted = false;
      handler.onRoom();
    }
  }

  @Override
  public boolean isFlushed() {
    return closed || start == end;
  }

  @Override
  public void nudge() {
    // When there is no room, the reader is awake and about to read a record anyway.
    if (claim(0) != FULL) {
      commit();
      flush();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      watch.close();
      Cleanup.close(fd);
    }
  }
}
