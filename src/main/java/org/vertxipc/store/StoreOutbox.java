package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.function.Consumer;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;

/**
 * The store in which messages wait for a node: the same object from the first meeting on, whatever
 * becomes of the node and of the file. While the node is up, messages that find no room wait in
 * this process, up to a bound; after it has died they keep waiting, and all others are refused
 * until the node is back. One thread only: the bus's context.
 */
final class StoreOutbox implements Outbox, StoreOutbound.Events {
  private static final Logger log = LoggerFactory.getLogger(StoreOutbox.class);
  // A writer to a node that is down has to wait when less room is left than this.
  private static final int ROOM = 64 * 1024;

  private final Reactor reactor;
  private final String node;
  private final long maxQueued;
  private final Runnable broken;
  private final Consumer<String> room;
  private final Runnable flushSoon;
  private final Runnable flushNextTurn;
  // Null while the file is reopened.
  private StoreOutbound store;
  private FrameSender sender;
  private int maxFrame;
  // The longest frame that the node accepts.
  private int limit = Integer.MAX_VALUE;
  // Wakes the node; null while it is down.
  private Runnable nudge;
  private boolean dirty;
  private boolean wasFull;

  /**
   * Creates an outbox without a file.
   *
   * @param reactor runs its flushes
   * @param node that reads
   * @param maxQueued how many bytes may wait in this process while that node is up
   * @param broken is told when it needs a file
   * @param room is told when there is room again
   */
  StoreOutbox(
      Reactor reactor, String node, long maxQueued, Runnable broken, Consumer<String> room) {
    this.reactor = reactor;
    this.node = node;
    this.maxQueued = maxQueued;
    this.broken = broken;
    this.room = room;
    this.flushSoon = reactor.bind(this::flush);
    this.flushNextTurn = reactor.perTurn(this::flush);
  }

  /** Uses a file from now on. */
  void open(MappedOptions options, StoreFile file) {
    store = new StoreOutbound(reactor, options, file, this);
    sender = new FrameSender(store, maxQueued);
    maxFrame = store.maxFrame();
    onRoom();
  }

  String node() {
    return node;
  }

  /** Sets the longest frame that the node accepts. */
  void limit(int most) {
    limit = most;
  }

  boolean isOpen() {
    return store != null;
  }

  /** The node is up, and can be woken this way. */
  void connect(Runnable nudge) {
    this.nudge = nudge;
    // The last published message may not have reached it, and there may be room by now.
    nudge.run();
    onRoom();
  }

  /** The node is down. */
  void disconnect() {
    nudge = null;
  }

  @Override
  public void onReaderParked() {
    if (nudge != null) {
      nudge.run();
    }
  }

  @Override
  public boolean offer(FrameWriter frame, FrameSender.Completion safe) {
    boolean accepted = store != null && write(frame, safe);
    wasFull |= !accepted;
    return accepted;
  }

  private boolean write(FrameWriter frame, FrameSender.Completion safe) {
    boolean waits = nudge != null;
    if (frame.length() > maxMessage() || (!waits && !sender.fits(frame.length()))) {
      return false;
    }
    boolean accepted =
        safe == null ? sender.offer(frame) : sender.offer(frame, written -> tell(written, safe));
    if (accepted && !dirty && store != null) {
      // The first message is sent at once, so that the reader can start on it; those that follow
      // before this thread flushes are sent together.
      dirty = true;
      reactor.execute(flushSoon);
      store.flush();
    }
    return accepted;
  }

  private void tell(boolean written, FrameSender.Completion safe) {
    // The completion of another message may have given it up.
    if (written && store != null) {
      store.whenSafe(safe);
    } else {
      safe.done(false);
    }
  }

  private void flush() {
    dirty = false;
    if (store == null) {
      return;
    }
    if (sender.hasYielded()) {
      sender.drain();
    }
    if (store != null) {
      store.flush();
    }
    if (store != null && sender.hasYielded() && !dirty) {
      dirty = true;
      flushNextTurn.run();
    }
    tellRoom();
  }

  /** There may be room, or the node was woken for another reason. */
  @Override
  public void onRoom() {
    if (store != null && sender.queued() > 0) {
      sender.drain();
      flush();
    } else {
      tellRoom();
    }
  }

  private void tellRoom() {
    if (wasFull && !isFull()) {
      wasFull = false;
      room.accept(node);
    }
  }

  @Override
  public boolean isFull() {
    boolean full = store == null || (nudge == null ? !hasRoom() : sender.isFull());
    wasFull |= full;
    return full;
  }

  private boolean hasRoom() {
    return sender.fits(Math.min(ROOM, maxFrame / 4));
  }

  @Override
  public int maxMessage() {
    return Math.min(maxFrame, limit);
  }

  /** Returns whether nothing waits for room that the node may still make. */
  boolean isFlushed() {
    return store == null || nudge == null || sender.queued() == 0;
  }

  /** Checks that the file is complete and has its name; gives it up otherwise. */
  void check() throws PosixException {
    if (store != null) {
      store.check();
    }
  }

  @Override
  public void onBroken(Throwable why) {
    StoreOutbound given = store;
    FrameSender waiting = sender;
    if (given == null) {
      return;
    }
    store = null;
    log.error(
        given.file().path()
            + " can't be written any further: what waited for it is lost, and it is reopened",
        why);
    // This runs in a turn of its own, because it may be within a call to either.
    reactor.execute(
        reactor.bind(
            () -> {
              given.abandon(broken);
              waiting.abandon();
            }));
  }

  /**
   * Closes it; messages in the file stay, and those that waited for room are lost.
   *
   * @param onClosed called when the file is closed
   */
  void close(Runnable onClosed) {
    StoreOutbound closing = store;
    store = null;
    if (closing == null) {
      onClosed.run();
    } else {
      sender.abandon();
      closing.close(onClosed);
    }
  }
}
