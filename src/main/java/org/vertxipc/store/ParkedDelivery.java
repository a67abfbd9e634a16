package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;

/**
 * Hands over what an earlier process kept aside, before anything else, in the order in which it was
 * written, and a bounded amount per turn of the loop. One thread only: the bus's context.
 */
final class ParkedDelivery {
  private static final Logger log = LoggerFactory.getLogger(ParkedDelivery.class);
  private static final int TURN_BYTES = 16 * 1024;

  /** Takes a message. */
  interface Taker {
    /** The frame may be read until this returns. */
    void take(Frame frame, ParkedStore.Waiting message);

    /** Not all of it reached the disk, so the message itself has not been released. */
    void incomplete(ParkedStore.Waiting message);
  }

  private final ParkedStore store;
  private final Queue<ParkedStore.Waiting> messages;
  private final FrameAssembler assembler;
  private final Taker taker;
  private final Runnable onEnd;
  private final Consumer<Throwable> onFault;
  private final Runnable again;
  private final FrameAssembler.FrameHandler frames = this::onFrame;
  private ParkedStore.Waiting message;
  private long at;
  private boolean queued;
  private boolean paused;
  private boolean over;

  /**
   * Creates a delivery without starting it.
   *
   * @param reactor runs its turns
   * @param store where the messages are
   * @param messages in the order in which they are handed over
   * @param maxMessageBytes the longest frame that is accepted
   * @param taker takes them
   * @param onEnd is told when all have been handed over
   * @param onFault is told about memory faults
   */
  ParkedDelivery(
      Reactor reactor,
      ParkedStore store,
      List<ParkedStore.Waiting> messages,
      int maxMessageBytes,
      Taker taker,
      Runnable onEnd,
      Consumer<Throwable> onFault) {
    this.store = store;
    this.messages = new ArrayDeque<>(messages);
    this.assembler = new FrameAssembler(maxMessageBytes);
    this.taker = taker;
    this.onEnd = onEnd;
    this.onFault = onFault;
    this.again = reactor.perTurn(this::turn);
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    goOn();
  }

  /** Hands over the rest, in later turns. */
  void goOn() {
    if (!queued && !paused && !over) {
      queued = true;
      again.run();
    }
  }

  private void turn() {
    queued = false;
    try {
      long left = TURN_BYTES;
      while (left > 0 && !paused && !over) {
        left -= step();
      }
    } catch (CorruptRingException | InternalError e) {
      over = true;
      onFault.accept(e);
      onEnd.run();
      return;
    }
    goOn();
  }

  private long step() {
    if (message == null) {
      message = messages.poll();
      if (message == null) {
        over = true;
        onEnd.run();
        return 0;
      }
      at = message.kept().start();
    }
    long before = at;
    at = store.reread(at, this::onRecord);
    if (at >= message.kept().end()) {
      if (assembler.forget()) {
        taker.incomplete(message);
        message.kept().ticket().run();
      }
      message = null;
    }
    return at - before;
  }

  private void onRecord(ByteBuffer in, int at, int length) {
    int head = ParkedStore.HEAD + Envelope.BYTES;
    try {
      assembler.onRecord(in, at + head, length - head, frames);
    } catch (RuntimeException e) {
      log.error("Message " + message.sequence() + ", which was kept aside, is skipped", e);
      assembler.forget();
      message.kept().ticket().run();
    }
  }

  private void onFrame(Frame frame) {
    taker.take(frame, message);
  }

  /** Stops handing over. */
  void close() {
    over = true;
  }
}
