package org.vertxipc.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameAssemblers;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.ProtocolException;

/** Another node of the bus, as this node sees it. One thread only: the bus's context. */
public final class Peer implements InboundHandler, OutboundHandler {
  /** How far the acquaintance has gone. */
  enum State {
    /** Known; this side's reading end is being made. */
    PREPARING,
    /** The reading end is ready and the peer has been told. */
    INVITED,
    /** The writing end is open. */
    CONNECTED,
    /** Not there: messages wait for it in its store. */
    ABSENT,
    /** Gone; nothing more is sent or taken. */
    GONE
  }

  // A writer to a node that is down is told to wait when less room is left than this.
  private static final int ABSENT_ROOM = 64 * 1024;

  private final Bus bus;
  private final String name;
  private final long incarnation;
  private final FrameAssemblers assembler;
  private final FrameAssembler.FrameHandler frames = this::onFrame;
  private State state = State.PREPARING;
  private InboundChannel inbound;
  private OutboundChannel outbound;
  private FrameSender sender;
  private boolean invited;
  private int transport;
  private boolean greeted;
  private boolean synced;
  private boolean dirty;
  private boolean wasFull;
  private Object attachment;

  Peer(Bus bus, String name, long incarnation, int maxMessageBytes) {
    this.bus = bus;
    this.name = name;
    this.incarnation = incarnation;
    this.assembler = new FrameAssemblers(maxMessageBytes);
  }

  /** A peer that is down, and its store. */
  static Peer absent(Bus bus, String name, OutboundChannel store) {
    Peer peer = new Peer(bus, name, 0, 0);
    peer.outbound = store;
    peer.sender = new FrameSender(store, 0);
    peer.state = State.ABSENT;
    return peer;
  }

  /**
   * Its name.
   *
   * @return unique on the bus
   */
  public String name() {
    return name;
  }

  /**
   * What the listener keeps with this peer.
   *
   * @return null at first
   */
  public Object attachment() {
    return attachment;
  }

  /**
   * Keeps something with this peer.
   *
   * @param attachment what to keep
   */
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  /**
   * Whether frames can be sent.
   *
   * @return false once it is gone
   */
  public boolean isUp() {
    return state == State.CONNECTED;
  }

  /**
   * Whether it is down, and messages wait for it in its store.
   *
   * @return false while it is there, and once it is back
   */
  public boolean isAbsent() {
    return state == State.ABSENT;
  }

  /**
   * Whether messages to it are stored: they name their address, and outlive both nodes.
   *
   * @return true for a node that receives by a store
   */
  public boolean isDurable() {
    return (isUp() || isAbsent()) && outbound.isDurable();
  }

  /**
   * The longest message that can be stored for it.
   *
   * @return in bytes, with its headers
   */
  public int maxStored() {
    return outbound.maxDurable();
  }

  /**
   * Sends a stored message, unless there is no room.
   *
   * @param frame the message
   * @param safe told when it is in the store, as safe as the configuration asks for, or that it
   *     will not be; null when nobody wants to know
   * @return false when it was refused
   */
  public boolean offerStored(FrameWriter frame, FrameSender.Completion safe) {
    if (!isUp() && !(isAbsent() && hasRoom(frame.length()))) {
      return false;
    }
    boolean accepted = false;
    try {
      if (safe == null) {
        accepted = sender.offer(frame);
      } else {
        accepted =
            sender.offer(
                frame,
                written -> {
                  if (written) {
                    outbound.whenSafe(() -> safe.done(true));
                  } else {
                    safe.done(false);
                  }
                });
      }
      if (isAbsent()) {
        outbound.flush();
      }
    } catch (CorruptRingException | InternalError e) {
      cantSend(e);
    }
    afterSend();
    return accepted;
  }

  /**
   * Sends a message, unless what waits for this peer is at its bound.
   *
   * @param frame the message
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    if (!isUp()) {
      return false;
    }
    boolean accepted = false;
    try {
      accepted = sender.offer(frame);
    } catch (CorruptRingException | InternalError e) {
      cantSend(e);
    }
    afterSend();
    return accepted;
  }

  /**
   * Sends a frame whatever waits already.
   *
   * @param frame a control frame, or a short failure
   */
  public void send(FrameWriter frame) {
    if (isUp()) {
      try {
        sender.send(frame);
      } catch (CorruptRingException | InternalError e) {
        cantSend(e);
      }
      afterSend();
    }
  }

  /**
   * What is sent first goes out at once, so that the peer can start on it; what follows before this
   * thread comes to the flush goes out together.
   */
  private void afterSend() {
    wasFull |= isFull();
    if (!dirty && isUp()) {
      dirty = true;
      bus.flushSoon(this);
      try {
        outbound.flush();
      } catch (CorruptRingException | InternalError e) {
        cantSend(e);
      }
    }
  }

  private void cantSend(Throwable cause) {
    Throwable taken = takenAway();
    if (taken == null) {
      onBroken(cause);
    } else {
      taken.addSuppressed(cause);
      onBroken(taken);
    }
  }

  /** What was done to the memory that this node shares with it; null when it is whole. */
  private Throwable takenAway() {
    try {
      if (inbound != null) {
        inbound.requireWhole();
      }
      if (outbound != null) {
        outbound.requireWhole();
      }
      return null;
    } catch (CorruptRingException e) {
      return e;
    }
  }

  void flush() {
    dirty = false;
    if (isUp()) {
      try {
        if (sender.hasYielded()) {
          sender.drain();
        }
        outbound.flush();
      } catch (CorruptRingException | InternalError e) {
        cantSend(e);
        return;
      }
      if (sender.hasYielded() && !dirty) {
        dirty = true;
        bus.flushNextTurn(this);
      }
      tellDrained();
    }
  }

  private void tellDrained() {
    if (wasFull && !sender.isFull()) {
      wasFull = false;
      bus.drained(this);
    }
  }

  /**
   * Whether senders should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return isUp() ? sender.isFull() : isAbsent() && !hasRoom(ABSENT_ROOM);
  }

  /** Whether the store of a node that is down has room: nobody else comes upon it when it broke. */
  private boolean hasRoom(int length) {
    try {
      return sender.fits(length);
    } catch (CorruptRingException | InternalError e) {
      cantSend(e);
      return false;
    }
  }

  /**
   * What waits in this process because the channel has no room.
   *
   * @return in bytes
   */
  public long queuedBytes() {
    return isUp() ? sender.queued() : 0;
  }

  /**
   * Whether a message of a higher priority overtakes others on its way to this peer.
   *
   * @return true over message queues
   */
  public boolean ordersByPriority() {
    return isUp() && outbound.ordersByPriority();
  }

  /**
   * The priority with which the frame at hand came.
   *
   * @return 0 where there are no priorities
   */
  public int receivedPriority() {
    return assembler.priority();
  }

  boolean isFlushed() {
    return !isUp() || (sender.queued() == 0 && outbound.isFlushed());
  }

  @Override
  public void onRoom() {
    if (isUp() && sender.queued() > 0) {
      try {
        sender.drain();
      } catch (CorruptRingException | InternalError e) {
        cantSend(e);
        return;
      }
      flush();
    }
  }

  @Override
  public void onNudge() {
    onRoom();
  }

  @Override
  public void onRoomMade() {
    if (isUp()) {
      outbound.nudge();
    }
  }

  @Override
  public void onBatchEnd() {
    // A nudge finds no room in a channel that is full, but then there is a batch to come.
    onRoom();
    bus.flushNow();
  }

  @Override
  public void onPriority(int priority) {
    assembler.select(priority);
  }

  @Override
  public void onRecord(ByteBuffer in, int at, int length) {
    if (isUp()) {
      assembler.onRecord(in, at, length, frames);
    }
  }

  void onFrame(ByteBuffer in, int at, int length, Buffer body) {
    int kind = in.get(at) & 0xff;
    if (!greeted) {
      greet(ControlFrames.readHello(in, at, length));
    } else if (kind == FrameKind.BYE) {
      bus.gone(this, "left the bus", null);
    } else {
      bus.frame(this, in, at, length, body);
      if (kind == FrameKind.SYNCED) {
        synced = true;
        bus.synced(this);
      }
    }
  }

  private void greet(ControlFrames.Hello hello) {
    if (!hello.node().equals(name)
        || hello.incarnation() != incarnation
        || hello.addressee() != bus.incarnation()) {
      throw new ProtocolException(
          "hello of node " + hello.node() + " on the channel of node " + name);
    }
    greeted = true;
    bus.greeted(this);
  }

  @Override
  public void onBroken(Throwable cause) {
    // A peer that came upon truncated memory before this node did hangs up as if it had died.
    Throwable why = cause == null ? takenAway() : cause;
    if (why == null) {
      bus.gone(this, "died", null);
    } else {
      bus.gone(this, "was cut off: " + why.getMessage(), why);
    }
  }

  long incarnation() {
    return incarnation;
  }

  State state() {
    return state;
  }

  /** Whether it has said hello: from then on its death shows on its channel. */
  boolean isGreeted() {
    return greeted;
  }

  boolean isSettled() {
    return synced || state == State.GONE;
  }

  void prepared(InboundChannel channel) {
    inbound = channel;
    state = State.INVITED;
  }

  /** The peer's reading end is ready. */
  void invitedOn(int transport) {
    this.invited = true;
    this.transport = transport;
  }

  int transport() {
    return transport;
  }

  boolean canConnect() {
    return state == State.INVITED && invited;
  }

  void connected(OutboundChannel channel, FrameSender sender) {
    this.outbound = channel;
    this.sender = sender;
    this.state = State.CONNECTED;
  }

  void startReading() {
    inbound.start(this);
  }

  void setPaused(boolean paused) {
    if (isUp()) {
      inbound.setPaused(paused);
    }
  }

  /** Marks it as gone; its channels stay open until {@link #close}. */
  void markGone() {
    state = State.GONE;
  }

  void close() {
    state = State.GONE;
    if (sender != null) {
      sender.abandon();
    }
    if (inbound != null) {
      inbound.close();
    }
    if (outbound != null) {
      outbound.close();
    }
  }

  @Override
  public String toString() {
    return "node '" + name + "'";
  }
}
