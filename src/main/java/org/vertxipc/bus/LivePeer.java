package org.vertxipc.bus;

import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.SendCounts;

/**
 * A node that is up, as this node sees it. The way to it and the way from it each end on their own:
 * what it has sent is read to its goodbye or its end, even when nothing can be sent to it any more.
 * One thread only: the bus's context.
 */
public final class LivePeer implements Peer {
  /** How far the handshake has got. */
  enum State {
    /** Known; this side's reading end is being made. */
    PREPARING,
    /** The reading end is ready and the peer has been told. */
    INVITED,
    /** The writing end has been opened, and the reading end is read. */
    CONNECTED,
    /** Gone; nothing more is sent or read. */
    GONE
  }

  private final PeerHome<LivePeer> home;
  private final String name;
  private final long incarnation;
  private final WayIn in;
  private final WayOut out;
  private State state = State.PREPARING;
  private boolean invited;
  private TransportType transport;
  private ControlFrames.Hello hello;
  private long greetedAt;
  private Outbox outbox;
  private boolean synced;
  private Object attachment;

  LivePeer(
      PeerHome<LivePeer> home,
      Flusher flusher,
      String name,
      long incarnation,
      int maxMessageBytes) {
    this.home = home;
    this.name = name;
    this.incarnation = incarnation;
    Ways ways = new Ways();
    this.in = new WayIn(ways, maxMessageBytes);
    this.out = new WayOut(flusher, ways);
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
   * Returns the incarnation of its Vert.x, which may be on several buses.
   *
   * @return known when its first export arrives
   */
  public long vertx() {
    return hello.vertx();
  }

  /**
   * Returns the longest frame that it accepts.
   *
   * @return in bytes; known when its first export arrives
   */
  public int maxMessageBytes() {
    return hello.maxMessageBytes();
  }

  /**
   * Returns whether it accepts the binary form of JSON.
   *
   * @return known when its first export arrives
   */
  public boolean takesBinaryJson() {
    return hello.takesBinaryJson();
  }

  /**
   * Returns the transport by which it receives.
   *
   * @return its name in the configuration
   */
  public String receivesBy() {
    return transport.option();
  }

  /**
   * Returns what the listener keeps with this peer.
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
   * Returns whether frames can be sent.
   *
   * @return false once it has closed its reading end
   */
  public boolean canSend() {
    return state == State.CONNECTED && out.isOpen();
  }

  /**
   * Sends a message, unless too much waits for this peer.
   *
   * @param frame the message
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    return canSend() && out.offer(frame);
  }

  /**
   * Sends a frame however much waits already.
   *
   * @param frame a control frame, a short failure, or one that is given back
   */
  public void send(FrameWriter frame) {
    if (canSend()) {
      out.send(frame);
    }
  }

  /**
   * Returns whether senders should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return canSend() && out.isFull();
  }

  /**
   * Returns how much waits in this process because the channel has no room.
   *
   * @return in bytes
   */
  public long queuedBytes() {
    return canSend() ? out.queuedBytes() : 0;
  }

  /**
   * Returns how frames went to it so far.
   *
   * @return live; null before it is connected
   */
  public SendCounts sendCounts() {
    return out.counts();
  }

  /**
   * Returns how many messages {@link #offer} has accepted that are given up: it no longer reads.
   *
   * @return known when the listener is told that it is muted or down
   */
  public int givenUp() {
    return out.givenUp();
  }

  /**
   * Returns whether a message of a higher priority overtakes others on its way to this peer.
   *
   * @return true over message queues
   */
  public boolean ordersByPriority() {
    return canSend() && out.ordersByPriority();
  }

  boolean isFlushed() {
    return !canSend() || out.isFlushed();
  }

  private void onFrame(Frame frame) {
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
    hello.require(name, incarnation, home.incarnation());
    this.hello = hello;
    this.greetedAt = System.nanoTime();
  }

  /** Breaks off the connection because of a fault; null when its writing end was just closed. */
  private void onEnd(Throwable cause) {
    // A peer that noticed truncated memory before this node did hangs up as if it had died.
    Throwable why = cause == null ? damage() : cause;
    home.onDeparted(this, Departure.after(why), why);
  }

  /** Returns what was done to the memory shared with it; null when the memory is whole. */
  private Throwable damage() {
    Throwable damage = in.damage();
    return damage != null ? damage : out.damage();
  }

  long incarnation() {
    return incarnation;
  }

  State state() {
    return state;
  }

  /** Returns whether its frames are accepted. */
  boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Returns whether it has said hello: from then on its channel shows its death. */
  boolean isGreeted() {
    return hello != null;
  }

  /** Returns whether it has been there, after its hello, for this long. */
  boolean hasBeenThere(long nanos) {
    return isGreeted() && System.nanoTime() - greetedAt > nanos;
  }

  boolean isSettled() {
    return synced || state == State.GONE;
  }

  boolean isPaused() {
    return in.isPaused();
  }

  /** Returns a number that grows with what arrives from it. */
  long progress() {
    return in.progress();
  }

  void prepared(Transports.Inbound made) {
    in.open(made);
    state = State.INVITED;
  }

  /** Returns the transport of the channel that it is read by; null until that is made. */
  TransportType readBy() {
    return in.type();
  }

  /** The peer's reading end is ready. */
  void invitedOn(TransportType transport) {
    this.invited = true;
    this.transport = transport;
  }

  TransportType transport() {
    return transport;
  }

  boolean canConnect() {
    return state == State.INVITED && invited;
  }

  /** Returns the handler for the channel to it. */
  OutboundHandler wayOut() {
    return out;
  }

  void connected(OutboundChannel channel, FrameSender sender) {
    out.open(channel, sender);
    state = State.CONNECTED;
  }

  /** It keeps a store, which is open. */
  void storesIn(Outbox outbox) {
    this.outbox = outbox;
  }

  void startReading() {
    in.start();
  }

  void setPaused(boolean paused) {
    in.setPaused(paused);
  }

  /** Ends the way to it, as if its reading end had been closed. */
  void mute() {
    out.onBroken(null);
  }

  /** Gives up what waits for it. Its frames are still accepted. */
  void closeWayOut() {
    out.close();
  }

  /** Marks it as gone; its channels stay open until {@link #close}. */
  void markGone() {
    state = State.GONE;
  }

  /** Stops reading from it. */
  void closeWayIn() {
    in.close();
  }

  void close() {
    markGone();
    closeWayOut();
    closeWayIn();
  }

  @Override
  public String toString() {
    return "node '" + name + "'";
  }

  /** Makes the peer check what is on its way to it, and whether there is room. */
  void nudge() {
    out.nudge();
  }

  private final class Ways implements WayIn.Owner, WayOut.Owner {
    @Override
    public boolean isConnected() {
      return LivePeer.this.isConnected();
    }

    @Override
    public void onFrame(Frame frame) {
      LivePeer.this.onFrame(frame);
    }

    @Override
    public void onNudge() {
      out.onRoom();
      home.onNudge(LivePeer.this);
    }

    @Override
    public void onRoomMade() {
      nudge();
    }

    @Override
    public void onBatchEnd() {
      // A nudge finds no room in a full channel, but then another batch follows anyway.
      out.onRoom();
      home.onBatchEnd();
    }

    @Override
    public void onEnd(Throwable cause) {
      LivePeer.this.onEnd(cause);
    }

    @Override
    public void onWayOutBroken(Throwable cause) {
      if (cause != null || damage() != null) {
        LivePeer.this.onEnd(cause);
      } else {
        home.onMuted(LivePeer.this);
      }
    }

    @Override
    public void onDrained() {
      home.onDrained(LivePeer.this);
    }
  }
}
