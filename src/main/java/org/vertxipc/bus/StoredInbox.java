package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * What a writer has left for this node, and goes on to leave while it lives. Messages are delivered
 * whether it lives or not; all other frames belong to one acquaintance of the two nodes, which a
 * hello begins, and are passed over when it is over. One thread only: the bus's context.
 */
final class StoredInbox implements InboundHandler {
  private static final Logger log = LoggerFactory.getLogger(StoredInbox.class);

  private final Roster roster;
  private final Stores stores;
  private final String writer;
  private final DurableInbound store;
  private final FrameAssembler assembler;
  private final FrameAssembler.FrameHandler frames = this::onFrame;
  private final AckWindow window = new AckWindow();
  private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
  // The peer whose frames these are, since its hello.
  private LivePeer live;
  // A peer that has said hello before the way to it was open.
  private LivePeer awaited;
  private boolean paused;
  private boolean goingOn;
  private boolean held;
  private boolean storing;
  private boolean closed;
  private long end;
  private long sequence;
  private boolean redelivered;

  /** A record that came while it could not be dealt with. */
  private record Deferred(ByteBuffer bytes, long end, long sequence, boolean redelivered) {}

  StoredInbox(
      Roster roster, Stores stores, String writer, DurableInbound store, int maxMessageBytes) {
    this.roster = roster;
    this.stores = stores;
    this.writer = writer;
    this.store = store;
    this.assembler = new FrameAssembler(maxMessageBytes);
  }

  void start() {
    store.start(this);
  }

  @Override
  public void onRecord(ByteBuffer in, int at, int length) {
    if (isBlocked()) {
      byte[] bytes = new byte[length];
      in.get(at, bytes);
      deferred.add(
          new Deferred(
              ByteBuffer.wrap(bytes), store.end(), store.sequence(), store.isRedelivered()));
    } else {
      take(in, at, length, store.end(), store.sequence(), store.isRedelivered());
    }
  }

  private boolean isBlocked() {
    return awaited != null || (!deferred.isEmpty() && !goingOn);
  }

  private void take(ByteBuffer in, int at, int length, long end, long sequence, boolean again) {
    this.end = end;
    boolean begins = FrameAssembler.begins(in, at, length);
    // Of a writer that died there may be a part of a frame: it is followed by another, or its
    // beginning has been released. One that lives has to keep to the protocol.
    boolean lives = live != null && live.isConnected();
    if (!lives && begins && assembler.forget()) {
      log.debug("Node '" + writer + "' died amid a message");
    }
    if (!lives && !begins && assembler.isIdle()) {
      pass();
      return;
    }
    if (begins) {
      this.sequence = sequence;
      this.redelivered = again;
      this.storing = kind(in, at, length) == FrameKind.STORED;
    }
    held = false;
    try {
      assembler.onRecord(in, at, length, frames);
    } catch (RuntimeException e) {
      pass(); // Else it would be in the way for ever.
      throw e;
    }
    // The pieces of a message are kept until it is done; of other frames nothing is kept.
    if (!held && (assembler.isIdle() || !storing)) {
      pass();
    }
  }

  /** The kind of the frame that a record begins. */
  private static int kind(ByteBuffer in, int at, int length) {
    int kind = length < 1 ? 0 : in.get(at) & 0xff;
    boolean pieces = kind == FrameKind.FRAGMENT_FIRST && length > FrameSender.FIRST_HEAD;
    return pieces ? in.get(at + FrameSender.FIRST_HEAD) & 0xff : kind;
  }

  /** The record at hand need not be handed over again. */
  private void pass() {
    done(window.open(end));
  }

  private void done(long number) {
    long released = window.done(number);
    if (released >= 0 && !closed) {
      store.release(released);
      if (window.size() == 0) {
        stores.removeIfPassing(this);
      }
    }
  }

  private void onFrame(Frame frame) {
    int kind = frame.kind();
    if (kind == FrameKind.STORED) {
      held = true;
      long number = window.open(end);
      StoredMessage from = new StoredMessage(writer, sequence, redelivered, () -> done(number));
      try {
        stores.stored(from, frame);
      } catch (RuntimeException e) {
        done(number); // It will not be any better next time.
        throw e;
      }
    } else if (kind == FrameKind.HELLO) {
      onHello(frame);
    } else if (live != null && live.isConnected()) {
      live.onFrame(frame);
    }
  }

  private void onHello(Frame frame) {
    live = null;
    ControlFrames.Hello hello = ControlFrames.readHello(frame);
    LivePeer peer = roster.get(writer);
    if (peer == null
        || peer.incarnation() != hello.incarnation()
        || roster.incarnation() != hello.addressee()) {
      return; // Of an acquaintance that is over.
    }
    if (peer.isConnected()) {
      live = peer;
      peer.onFrame(frame);
    } else if (peer.state() != LivePeer.State.GONE) {
      awaited = peer;
      byte[] bytes = new byte[frame.length()];
      frame.in().get(frame.at(), bytes);
      deferred.addFirst(new Deferred(ByteBuffer.wrap(bytes), end, sequence, redelivered));
      held = true;
      store.setPaused(true);
    }
  }

  /** The way to a peer is open, or it is gone. */
  void onPeer(LivePeer peer) {
    if (live == peer && !peer.isConnected()) {
      live = null;
    }
    if (awaited == peer) {
      awaited = null;
      goOn();
    }
  }

  private void goOn() {
    goingOn = true;
    while (!closed && awaited == null && !deferred.isEmpty()) {
      Deferred d = deferred.poll();
      try {
        take(d.bytes, 0, d.bytes.capacity(), d.end, d.sequence, d.redelivered);
      } catch (RuntimeException e) {
        onBroken(e); // What it has stored besides is still to be delivered.
      }
    }
    goingOn = false;
    if (!closed && !isBlocked()) {
      store.setPaused(paused);
    }
    onBatchEnd();
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    if (!isBlocked()) {
      store.setPaused(paused);
    }
  }

  @Override
  public void onNudge() {
    // The bell belongs to the peer.
  }

  @Override
  public void onRoomMade() {
    LivePeer peer = roster.get(writer);
    if (peer != null) {
      peer.onRoomMade();
    }
  }

  @Override
  public void onBatchEnd() {
    LivePeer peer = roster.get(writer);
    if (peer != null && peer.isConnected()) {
      peer.onBatchEnd();
    }
  }

  @Override
  public void onBroken(Throwable cause) {
    LivePeer peer = roster.get(writer);
    if (cause instanceof CorruptRingException) {
      log.error("What node '" + writer + "' left for this node can't be read on", cause);
      stores.broken(this);
    }
    live = null;
    assembler.forget();
    if (peer != null) {
      peer.onEnd(cause);
    }
  }

  String writer() {
    return writer;
  }

  /** Whether nothing is left that would have to be delivered. */
  boolean isEmpty() {
    return window.size() == 0 && deferred.isEmpty() && assembler.isIdle() && store.isDrained();
  }

  void close(boolean remove) {
    if (!closed) {
      closed = true;
      store.close(remove);
    }
  }
}
