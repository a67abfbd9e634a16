package org.vertxipc.channel.descriptor;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Doorbell;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Takes messages from a queue, a bounded number per turn, and extracts the records of each. */
final class MqueueInbound implements InboundChannel, Doorbell.Handler {
  private static final Logger log = LoggerFactory.getLogger(MqueueInbound.class);

  // Messages per turn of the event loop, so that other descriptors have their turn.
  private static final int MAX_MESSAGES = 64;

  private final Reactor reactor;
  private final MessageQueue queue;
  private final Path file;
  private final Doorbell bell;
  private final Path bellPath;
  private final ByteBuffer buffer;
  private final long address;
  private Reactor.Watch messages;
  private InboundHandler handler;
  private final Runnable readOnNextTurn;
  private boolean paused;
  // Whether the writer is gone.
  private boolean ended;
  private boolean closed;

  MqueueInbound(Reactor reactor, MessageQueue queue, Path file, int bell, Path bellPath) {
    this.reactor = reactor;
    this.queue = queue;
    this.file = file;
    this.bell = new Doorbell(reactor, bell);
    this.bellPath = bellPath;
    this.readOnNextTurn = reactor.perTurn(this::readOn);
    this.buffer = ByteBuffer.allocateDirect(queue.messageBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.address = Posix.address(buffer);
  }

  @Override
  public void start(InboundHandler handler) {
    this.handler = handler;
    try {
      messages = reactor.watch(queue.fd(), this::messagesReady);
      messages.interest(true, false);
      bell.listen(this);
    } catch (IOException e) {
      handler.onBroken(e);
    }
  }

  @Override
  public void setPaused(boolean paused) {
    if (closed || messages == null || this.paused == paused) {
      return;
    }
    this.paused = paused;
    messages.interest(!paused, false);
    if (ended && !paused) {
      readOnNextTurn.run();
    }
  }

  private void messagesReady(boolean readable, boolean writable, boolean hangup) {
    if (!paused) {
      take();
    }
  }

  @Override
  public void onRing() {
    handler.onNudge();
  }

  @Override
  public void onGone() {
    ended = true;
    readOn();
  }

  @Override
  public void onBroken(IOException cause) {
    broken(cause);
  }

  /** What the writer sent before it went must still be taken. */
  private void readOn() {
    if (closed || paused) {
      return;
    }
    if (take()) {
      broken(null);
    } else {
      readOnNextTurn.run();
    }
  }

  /**
   * Takes what is there up to the bound, leaving the rest to the next turn; returns whether that
   * was all.
   */
  private boolean take() {
    boolean all = false;
    try {
      for (int i = 0; i < MAX_MESSAGES && !all && !paused && !closed; i++) {
        int length = queue.receive(address);
        all = length == Posix.WOULD_BLOCK;
        if (!all) {
          handler.onPriority(queue.priority());
          records(length);
        }
      }
      if (!closed) {
        handler.onBatchEnd();
      }
    } catch (IOException | RuntimeException e) {
      broken(e);
    }
    return all;
  }

  private void records(int end) throws IOException {
    int at = 0;
    while (at < end && !closed) {
      int room = end - at - StreamRecords.HEADER;
      int length = room > 0 ? buffer.getInt(at) : -1;
      if (length < 1 || length > room) {
        throw new IOException(
            queue.name() + ": record of " + length + " bytes where " + room + " are left");
      }
      at += StreamRecords.HEADER;
      handler.onRecord(buffer, at, length);
      at += length;
    }
  }

  private void broken(Throwable cause) {
    if (!closed) {
      handler.onBroken(cause);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (messages != null) {
        messages.close();
      }
      bell.close();
      try {
        MessageQueue.unlink(queue.name());
        queue.close();
      } catch (PosixException e) {
        log.warn("A message queue is left behind", e);
      }
      Cleanup.unlink(file);
      Cleanup.unlink(bellPath);
    }
  }
}
