package org.vertxipc.channel.descriptor;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** Reads a bounded amount per turn, and hands over the records that are complete. */
final class FifoInbound implements InboundChannel {
  private static final Logger log = LoggerFactory.getLogger(FifoInbound.class);

  // The bound per turn of the event loop, so that the data of many writers is taken in turn.
  private static final int TURN_BYTES = 64 * 1024;

  private final Reactor reactor;
  private final int fd;
  private final Path path;
  private final boolean largePipe;
  private final GrowingBuffer memory = new GrowingBuffer();
  private int filled;
  private Reactor.Watch watch;
  private InboundHandler handler;
  private boolean paused;
  private boolean closed;

  FifoInbound(Reactor reactor, int fd, Path path, boolean largePipe) {
    this.reactor = reactor;
    this.fd = fd;
    this.path = path;
    this.largePipe = largePipe;
  }

  @Override
  public void start(InboundHandler handler) {
    this.handler = handler;
    if (!largePipe) {
      log.debug("The kernel keeps " + path + " at its default size: bulk transfer will be slower");
    }
    watch();
  }

  private void watch() {
    try {
      watch = reactor.watch(fd, this::ready);
      watch.interest(true, false);
    } catch (IOException e) {
      handler.onBroken(e);
    }
  }

  @Override
  public void setPaused(boolean paused) {
    if (closed || this.paused == paused) {
      return;
    }
    this.paused = paused;
    if (watch != null) {
      watch.interest(!paused, false);
    } else if (!paused && handler != null) {
      watch();
    }
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    if (paused) {
      if (hangup) {
        // The kernel would report this again and again, whatever it is asked for. What the writer
        // wrote before it went stays in the FIFO until reading resumes.
        watch.close();
        watch = null;
      }
      return;
    }
    try {
      boolean ended = readSome(hangup);
      if (!closed) {
        handler.onBatchEnd();
      }
      if (ended && !closed) {
        handler.onBroken(null);
      }
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        handler.onBroken(e);
      }
    }
  }

  /**
   * Reads what is there up to the bound, leaving the rest to the next turn; returns whether it has
   * ended.
   */
  private boolean readSome(boolean hangup) throws IOException {
    int rest = TURN_BYTES;
    while (!closed && !paused && rest > 0) {
      int wanted = Math.min(rest, memory.capacity() - filled);
      int n = Posix.read(fd, memory.address() + filled, wanted);
      if (n == Posix.WOULD_BLOCK) {
        return false;
      }
      if (n == 0) {
        return true;
      }
      rest -= n;
      filled += n;
      boolean full = filled == memory.capacity();
      boolean drained = n < wanted;
      records();
      if (full) {
        memory.grow(filled);
      }
      if (drained && !hangup) {
        return false;
      }
    }
    return false;
  }

  private void records() throws IOException {
    ByteBuffer buffer = memory.bytes();
    int at = 0;
    while (!closed && filled - at >= StreamRecords.HEADER) {
      int length = buffer.getInt(at);
      if (length < 0 || length > StreamRecords.MAX_PAYLOAD) {
        throw new IOException(
            path + ": record of " + length + " bytes, at most " + StreamRecords.MAX_PAYLOAD);
      }
      if (filled - at - StreamRecords.HEADER < length) {
        break;
      }
      at += StreamRecords.HEADER;
      if (length == 0) {
        handler.onNudge();
      } else {
        handler.onRecord(buffer, at, length);
      }
      at += length;
    }
    if (at > 0) {
      buffer.put(0, buffer, at, filled - at);
      filled -= at;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      Cleanup.close(fd);
      Cleanup.unlink(path);
    }
  }
}
