package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.ProtocolException;

/**
 * What a writer has left for this node, and goes on to leave while it lives: stored messages, and
 * nothing else. One thread only: the bus's context.
 */
final class StoredInbox implements InboundHandler {
  private static final Logger log = LoggerFactory.getLogger(StoredInbox.class);

  /** What an inbox needs of those around it. */
  interface Owner {
    /** A message. */
    void stored(StoredMessage from, Frame frame);

    /** The writer waits for room, and there is some. */
    void roomMade(String writer);

    /** Everything has been delivered. */
    void emptied(StoredInbox inbox);

    /** It can't be read on, and has been given up: its file is to be closed, and opened anew. */
    void broken(StoredInbox inbox, StoreFile file, Throwable why);
  }

  private final Owner owner;
  private final String writer;
  private final StoreInbound store;
  private final FrameAssembler assembler;
  private final FrameAssembler.FrameHandler frames = this::onFrame;
  private final AckWindow window;
  private boolean closed;
  private long start;
  private boolean redelivered;
  private long skipped;

  StoredInbox(Owner owner, String writer, StoreInbound store, int maxMessageBytes) {
    this.owner = owner;
    this.writer = writer;
    this.store = store;
    this.assembler = new FrameAssembler(maxMessageBytes);
    this.window = new AckWindow(this::release);
  }

  void start() {
    store.start(this);
  }

  private void release(long end) {
    if (!closed) {
      store.release(end);
      if (window.isEmpty() && store.isEmpty()) {
        owner.emptied(this);
      }
    }
  }

  @Override
  public void onRecord(ByteBuffer in, int at, int length) {
    if (closed) {
      return;
    }
    if (FrameAssembler.begins(in, at, length)) {
      start = store.sequence();
      redelivered = store.isRedelivered();
      if (assembler.forget()) {
        log.debug("Node '" + writer + "' died amid a message");
        window.pass(start);
      }
      if (kind(in, at, length) != FrameKind.STORED) {
        skip(new ProtocolException("frame of kind " + kind(in, at, length)));
        return;
      }
    } else if (assembler.isIdle()) {
      // The rest of one that was skipped, or whose beginning has been released.
      window.pass(store.end());
      return;
    }
    try {
      assembler.onRecord(in, at, length, frames);
    } catch (RuntimeException e) {
      assembler.forget();
      skip(e);
    }
  }

  /** The kind of the frame that a record begins. */
  private static int kind(ByteBuffer in, int at, int length) {
    int kind = length < 1 ? 0 : in.get(at) & 0xff;
    boolean pieces = kind == FrameKind.FRAGMENT_FIRST && length > FrameSender.FIRST_HEAD;
    return pieces ? in.get(at + FrameSender.FIRST_HEAD) & 0xff : kind;
  }

  /** What is no message of ours is not there the next time either: else it would come for ever. */
  private void skip(RuntimeException why) {
    window.pass(store.end());
    if (skipped++ == 0) {
      log.error(
          "What is at position "
              + start
              + " of "
              + store.file().path()
              + " is passed over, as what follows of its kind will be without a word",
          why);
    }
  }

  private void onFrame(Frame frame) {
    AckWindow.Kept kept = window.keep(start, store.end());
    try {
      owner.stored(new StoredMessage(writer, start, redelivered, kept::done), frame);
    } catch (RuntimeException e) {
      kept.done();
      skip(e);
    }
  }

  void setPaused(boolean paused) {
    store.setPaused(paused);
  }

  /** The writer may have left something. */
  void look() {
    store.look();
  }

  /** Whether the file is whole and has its name; else it is given up. */
  void check() throws PosixException {
    Throwable damage = store.damage();
    if (damage != null) {
      onBroken(damage);
    } else if (!closed && !store.file().isCurrent()) {
      onBroken(new CorruptRingException("somebody removed a file in use"));
    }
  }

  @Override
  public void onNudge() {
    // The bell belongs to the channel between the nodes.
  }

  @Override
  public void onRoomMade() {
    owner.roomMade(writer);
  }

  @Override
  public void onBatchEnd() {
    // What answers is flushed by those who answer.
  }

  @Override
  public void onBroken(Throwable cause) {
    if (!closed) {
      closed = true;
      owner.broken(this, store.detach(), cause);
    }
  }

  String writer() {
    return writer;
  }

  /** How many frames have been passed over because they are no messages of ours. */
  long skipped() {
    return skipped;
  }

  /** Removes the file when nothing is in it and its writer is one that does not come back. */
  boolean removeIfPassed() throws PosixException {
    boolean over = window.isEmpty() && assembler.isIdle() && store.isEmpty();
    return over && store.file().isPassing() && store.file().removeUnlessShared();
  }

  void close() {
    closed = true;
    store.close();
  }
}
