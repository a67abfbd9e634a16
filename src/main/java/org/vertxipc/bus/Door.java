package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.WatchedDescriptor;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** The FIFO at which others knock. One thread only: the bus's context. */
final class Door {
  private static final Logger log = LoggerFactory.getLogger(Door.class);

  private final WatchedDescriptor fifo;
  private final Consumer<Knock> handler;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(32 * Knock.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final long address = Posix.address(buffer);

  Door(Reactor reactor, Access access, Path path, Consumer<Knock> handler) throws IOException {
    // Read-write: because this process also has it open for writing, the FIFO never hangs up
    // between two knocks.
    int fd = Posix.open(path, Posix.O_RDWR, 0);
    this.handler = handler;
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
      for (int at = 0; !fifo.isClosed() && at + Knock.BYTES <= n; at += Knock.BYTES) {
        handler.accept(Knock.decode(buffer, at));
      }
    } catch (IOException | IllegalArgumentException e) {
      // A node that knocks properly knocks again until it is let in.
      log.warn("A knock is ignored", e);
    }
  }

  /** Knocks at the door of another node; returns false when nobody is there or its FIFO is full. */
  static boolean knock(Access access, Path path, Knock knock) throws IOException {
    int fd = Fifo.openWriter(access, path);
    try {
      ByteBuffer bytes = knock.encode();
      try {
        return Posix.write(fd, Posix.address(bytes), Knock.BYTES) == Knock.BYTES;
      } finally {
        Reference.reachabilityFence(bytes);
      }
    } finally {
      Cleanup.close(fd);
    }
  }

  void close() {
    fifo.close();
  }
}
