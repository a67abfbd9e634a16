package org.vertxipc.bus;

import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameAssemblers;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.ProtocolException;

/** A node that is up, as this node sees it. One thread only: the bus's context. */
public final class LivePeer implements Peer, InboundHandler, OutboundHandler {
  /** How far the acquaintance has gone. */
  enum State {
    /** Known; this side's reading end is being made. */
    PREPARING,
    /** The reading end is ready and the peer has been told. */
    INVITED,
    /** The writing end is open. */
    CONNECTED,
    /** Gone; nothing more is sent or taken. */
    GONE
  }

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
  private ControlFrames.Hello hello;
  private Outbox outbox;
  private boolean synced;
  private boolean dirty;
  private boolean wasFull;
  private Object attachment;

  LivePeer(Bus bus, String name, long incarnation, int maxMessageBytes) {
    this.bus = bus;
    this.name = name;
    this.incarnation = incarnation;
    this.assembler = new FrameAssemblers(maxMessageBytes);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  /**
   * The incarnation of its Vert.x, which may be on several buses.
   *
   * @return known when its first export comes
   */
  public long vertx() {
    return hello.vertx();
  }

  /**
   * The longest frame that it takes.
   *
   * @return in bytes; known when its first export comes
   */
  public int maxMessageBytes() {
    return hello.maxMessageBytes();
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
   * @return false once its end of the way out is gone
   */
  public boolean canSend() {
    return state == State.CONNECTED;
  }

  /**
   * Sends a message, unless what waits for this peer is at its bound.
   *
   * @param frame the message
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    if (!canSend()) {
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
    if (canSend()) {
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
  void afterSend() {
    wasFull |= isFull();
    if (!dirty && canSend()) {
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
    if (canSend()) {
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
    return canSend() && sender.isFull();
  }

  /**
   * What waits in this process because the channel has no room.
   *
   * @return in bytes
   */
  public long queuedBytes() {
    return canSend() ? sender.queued() : 0;
  }

  /**
   * Whether a message of a higher priority overtakes others on its way to this peer.
   *
   * @return true over message queues
   */
  public boolean ordersByPriority() {
    return canSend() && outbound.ordersByPriority();
  }

  boolean isFlushed() {
    return !canSend() || (sender.queued() == 0 && outbound.isFlushed());
  }

  @Override
  public void onRoom() {
    if (canSend() && sender.queued() > 0) {
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
    bus.nudged(this);
  }

  @Override
  public void onRoomMade() {
    nudge();
  }

  /** Makes the peer look at what is on its way to it, and whether there is room. */
  void nudge() {
    if (canSend()) {
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
    if (canSend()) {
      assembler.onRecord(in, at, length, frames);
    }
  }

  void onFrame(Frame frame) {
    int kind = frame.kind();
    if (hello == null) {
      greet(ControlFrames.readHello(frame));
    } else if (kind == FrameKind.BYE) {
      bus.gone(this, Departure.of(Departure.Reason.LEFT), null);
    } else {
      bus.frame(this, frame);
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
    this.hello = hello;
    bus.greeted(this);
  }

  @Override
  public void onBroken(Throwable cause) {
    // A peer that came upon truncated memory before this node did hangs up as if it had died.
    Throwable why = cause == null ? takenAway() : cause;
    if (why == null) {
      bus.gone(this, Departure.of(Departure.Reason.DIED), null);
    } else {
      bus.gone(this, new Departure(Departure.Reason.CUT_OFF, why.getMessage()), why);
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
    return hello != null;
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

  /** It keeps a store, which is open. */
  void storesIn(Outbox outbox) {
    this.outbox = outbox;
  }

  void startReading() {
    inbound.start(this);
  }

  void setPaused(boolean paused) {
    if (canSend()) {
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
