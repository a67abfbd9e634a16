package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.WatchedDescriptor;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/**
 * The FIFO at which others knock. What they write is of fixed size and shorter than {@code
 * PIPE_BUF}, so that knocks of many writers never mix, see {@code pipe(7)}. One thread only: the
 * reactor's.
 */
final class Door {
  /** The size of what is written, in bytes. */
  static final int BYTES = 128;

  private static final Logger log = LoggerFactory.getLogger(Door.class);

  private final WatchedDescriptor fifo;
  private final Porter porter;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(32 * BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final long address = Posix.address(buffer);
  private final OncePerSecond complaints = new OncePerSecond();

  /** Reads what somebody wrote. */
  @FunctionalInterface
  interface Porter {
    /**
     * Reads {@link #BYTES} bytes, which are not trusted.
     *
     * @throws IllegalArgumentException when they are not what they should be
     */
    void read(ByteBuffer bytes, int at);
  }

  Door(Reactor reactor, Access access, Path path, Porter porter) throws IOException {
    // Read-write: because this process also has it open for writing, the FIFO never hangs up
    // between two knocks.
    int fd = Posix.open(path, Posix.O_RDWR, 0);
    this.porter = porter;
    try {
      access.require(fd, path, true);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      throw e;
    }
    this.fifo = new WatchedDescriptor(reactor, fd, this::ready);
    fifo.interest(true, false);
  }

  private void ready(boolean readable, boolean writable, boolean hangup) {
    try {
      int n = Posix.read(fifo.fd(), address, buffer.capacity());
      for (int at = 0; !fifo.isClosed() && at + BYTES <= n; at += BYTES) {
        read(at);
      }
    } catch (IOException e) {
      log.warn("The door can't be read", e);
    }
  }

  private void read(int at) {
    try {
      porter.read(buffer, at);
    } catch (IllegalArgumentException e) {
      // What others have written beside it is not wrong, and is not written again.
      if (complaints.permits()) {
        log.warn("A knock is ignored: " + e.getMessage());
      }
    }
  }

  /** Knocks at the door of another node; returns false when nobody is there or its FIFO is full. */
  static boolean knock(Access access, Path path, Knock knock) throws IOException {
    return write(access, path, knock.encode());
  }

  /** Writes to the door of another node; returns false when its FIFO is full. */
  static boolean write(Access access, Path path, ByteBuffer bytes) throws IOException {
    int fd = Fifo.openWriter(access, path);
    try {
      return Posix.write(fd, Posix.address(bytes), BYTES) == BYTES;
    } finally {
      Reference.reachabilityFence(bytes);
      Cleanup.close(fd);
    }
  }

  void close() {
    fifo.close();
  }
}
