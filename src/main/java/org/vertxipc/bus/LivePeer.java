package org.vertxipc.bus;

import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameAssemblers;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.ProtocolException;

/**
 * A node that is up, as this node sees it. The way to it and the way from it end each on its own:
 * what it has sent is read to its goodbye or its end, also when nothing can be sent to it any more.
 * One thread only: the bus's context.
 */
public final class LivePeer implements Peer {
  /** How far the acquaintance has gone. */
  enum State {
    /** Known; this side's reading end is being made. */
    PREPARING,
    /** The reading end is ready and the peer has been told. */
    INVITED,
    /** The writing end has been opened, and the reading end is read. */
    CONNECTED,
    /** Gone; nothing more is sent or taken. */
    GONE
  }

  /** The node whose peer it is: told of what happens, perhaps within a call to this peer. */
  interface Home {
    /** The incarnation of that node. */
    long incarnation();

    /** It has sent a frame, after its hello and before its goodbye. */
    void onFrame(LivePeer peer, Frame frame);

    /** There is room again after {@link #isFull}. */
    void onDrained(LivePeer peer);

    /** A batch of frames has been handed over. */
    void onBatchEnd();

    /** Nothing can be sent to it any more: close the way to it in a turn of its own. */
    void onMuted(LivePeer peer);

    /**
     * It is to be gone.
     *
     * @param cause what was wrong, or null
     */
    void onDeparted(LivePeer peer, Departure why, Throwable cause);
  }

  private final Home home;
  private final String name;
  private final long incarnation;
  private final Reading reading;
  private final WayOut out;
  private State state = State.PREPARING;
  private InboundChannel inbound;
  private boolean invited;
  private int transport;
  private ControlFrames.Hello hello;
  private long greetedAt;
  private Outbox outbox;
  private boolean synced;
  private boolean paused;
  private Object attachment;

  LivePeer(Home home, Flusher flusher, String name, long incarnation, int maxMessageBytes) {
    this.home = home;
    this.name = name;
    this.incarnation = incarnation;
    this.reading = new Reading(maxMessageBytes);
    this.out = new WayOut(flusher, new Writing());
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
    return state == State.CONNECTED && out.isOpen();
  }

  /**
   * Sends a message, unless what waits for this peer is at its bound.
   *
   * @param frame the message
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    return canSend() && out.offer(frame);
  }

  /**
   * Sends a frame whatever waits already.
   *
   * @param frame a control frame, or a short failure
   */
  public void send(FrameWriter frame) {
    if (canSend()) {
      out.send(frame);
    }
  }

  /**
   * Whether senders should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return canSend() && out.isFull();
  }

  /**
   * What waits in this process because the channel has no room.
   *
   * @return in bytes
   */
  public long queuedBytes() {
    return canSend() ? out.queuedBytes() : 0;
  }

  /**
   * How many messages were accepted by {@link #offer} and have been given up, because it takes
   * nothing any more.
   *
   * @return known when the listener is told that it is muted or down
   */
  public int givenUp() {
    return out.givenUp();
  }

  /**
   * Whether a message of a higher priority overtakes others on its way to this peer.
   *
   * @return true over message queues
   */
  public boolean ordersByPriority() {
    return canSend() && out.ordersByPriority();
  }

  boolean isFlushed() {
    return !canSend() || out.isFlushed();
  }

  /** Something was written that is not a frame given to this peer. */
  void afterSend() {
    out.afterSend();
  }

  void onFrame(Frame frame) {
    int kind = frame.kind();
    if (hello == null) {
      greet(ControlFrames.readHello(frame));
    } else if (kind == FrameKind.BYE) {
      home.onDeparted(this, Departure.of(Departure.Reason.LEFT), null);
    } else {
      synced |= kind == FrameKind.SYNCED;
      home.onFrame(this, frame);
    }
  }

  private void greet(ControlFrames.Hello hello) {
    if (!hello.node().equals(name)
        || hello.incarnation() != incarnation
        || hello.addressee() != home.incarnation()) {
      throw new ProtocolException(
          "hello of node " + hello.node() + " on the channel of node " + name);
    }
    this.hello = hello;
    this.greetedAt = System.nanoTime();
  }

  /** Breaks it off for what was wrong with it; null when its end of the way in was just closed. */
  void onEnd(Throwable cause) {
    // A peer that came upon truncated memory before this node did hangs up as if it had died.
    Throwable why = cause == null ? damage() : cause;
    if (why == null) {
      home.onDeparted(this, Departure.of(Departure.Reason.DIED), null);
    } else {
      home.onDeparted(this, new Departure(Departure.Reason.CUT_OFF, why.getMessage()), why);
    }
  }

  /** What was done to the memory that this node shares with it; null when it is whole. */
  private Throwable damage() {
    Throwable damage = inbound == null ? null : inbound.damage();
    return damage != null ? damage : out.damage();
  }

  long incarnation() {
    return incarnation;
  }

  State state() {
    return state;
  }

  /** Whether what it sends is taken. */
  boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Whether it has said hello: from then on its death shows on its channel. */
  boolean isGreeted() {
    return hello != null;
  }

  /** Whether it has been there, after its hello, for so long. */
  boolean hasBeenThere(long nanos) {
    return isGreeted() && System.nanoTime() - greetedAt > nanos;
  }

  boolean isSettled() {
    return synced || state == State.GONE;
  }

  boolean isPaused() {
    return paused;
  }

  /** Grows with what comes of it. */
  long progress() {
    return reading.records;
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

  /** Told of what happens to the channel that it is to be connected with. */
  OutboundHandler wayOut() {
    return out;
  }

  void connected(OutboundChannel channel, FrameSender sender) {
    out.open(channel, sender);
    outbox = channel.isDurable() ? new ChannelOutbox(channel, sender, this) : null;
    state = State.CONNECTED;
  }

  void startReading() {
    inbound.start(reading);
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    if (isConnected()) {
      inbound.setPaused(paused);
    }
  }

  /** The way to it is over: as if its end had been closed. */
  void mute() {
    out.onBroken(null);
  }

  /** Gives up what waits for it. What it sends is still taken. */
  void closeWayOut() {
    out.close();
  }

  /** Marks it as gone; its channels stay open until {@link #close}. */
  void markGone() {
    state = State.GONE;
  }

  /** Takes nothing any more. */
  void closeWayIn() {
    if (inbound != null) {
      inbound.close();
    }
  }

  void close() {
    state = State.GONE;
    closeWayOut();
    closeWayIn();
  }

  @Override
  public String toString() {
    return "node '" + name + "'";
  }

  /** Room that it has made, or has been told of. */
  void onNudge() {
    out.onRoom();
  }

  void onRoomMade() {
    out.nudge();
  }

  void onBatchEnd() {
    // A nudge finds no room in a channel that is full, but then there is a batch to come.
    out.onRoom();
    home.onBatchEnd();
  }

  private final class Writing implements WayOut.Owner {
    @Override
    public void onWayOutBroken(Throwable cause) {
      if (cause != null || damage() != null) {
        onEnd(cause);
      } else {
        home.onMuted(LivePeer.this);
      }
    }

    @Override
    public void onDrained() {
      home.onDrained(LivePeer.this);
    }
  }

  private final class Reading implements InboundHandler {
    private final FrameAssemblers assembler;
    private final FrameAssembler.FrameHandler frames = LivePeer.this::onFrame;
    private long records;

    Reading(int maxMessageBytes) {
      this.assembler = new FrameAssemblers(maxMessageBytes);
    }

    @Override
    public void onPriority(int priority) {
      assembler.select(priority);
    }

    @Override
    public void onRecord(ByteBuffer in, int at, int length) {
      if (isConnected()) {
        records++;
        assembler.onRecord(in, at, length, frames);
      }
    }

    @Override
    public void onNudge() {
      LivePeer.this.onNudge();
    }

    @Override
    public void onRoomMade() {
      LivePeer.this.onRoomMade();
    }

    @Override
    public void onBatchEnd() {
      LivePeer.this.onBatchEnd();
    }

    @Override
    public void onBroken(Throwable cause) {
      onEnd(cause);
    }
  }
}
