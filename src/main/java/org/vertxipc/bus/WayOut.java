package org.vertxipc.bus;

import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.SendCounts;

/**
 * The way to a peer: it ends when the peer's end of it is gone, whatever still comes of the peer.
 * One thread only: the bus's context.
 */
final class WayOut implements OutboundHandler, Flusher.Dirty {
  private enum State {
    /** There is no channel yet. */
    UNOPENED,
    OPEN,
    /** Nothing can be written any more; the channel is still to be closed. */
    BROKEN,
    CLOSED
  }

  private final Flusher flusher;
  private final Owner owner;
  private State state = State.UNOPENED;
  private OutboundChannel channel;
  private FrameSender sender;
  private boolean dirty;
  private boolean wasFull;
  private int givenUp;

  /** Told what happens to the way, perhaps within a call to it. */
  interface Owner {
    /** Nothing can be written any more; null when the reader is just gone. */
    void onWayOutBroken(Throwable cause);

    /** There is room again after {@link WayOut#isFull}. */
    void onDrained();
  }

  WayOut(Flusher flusher, Owner owner) {
    this.flusher = flusher;
    this.owner = owner;
  }

  void open(OutboundChannel channel, FrameSender sender) {
    this.channel = channel;
    this.sender = sender;
    this.state = State.OPEN;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean offer(FrameWriter frame) {
    if (!isOpen()) {
      return false;
    }
    boolean accepted = sender.offer(frame);
    afterSend();
    return accepted;
  }

  void send(FrameWriter frame) {
    if (isOpen()) {
      sender.send(frame);
      afterSend();
    }
  }

  /**
   * What is sent first goes out at once, so that the peer can start on it; what follows before this
   * thread comes to the flush goes out together.
   */
  private void afterSend() {
    wasFull |= isFull();
    if (!dirty && isOpen()) {
      dirty = true;
      flusher.soon(this);
      channel.flush();
    }
  }

  @Override
  public void flush() {
    dirty = false;
    if (isOpen()) {
      if (sender.hasYielded()) {
        sender.drain();
      }
      channel.flush();
      if (sender.hasYielded() && !dirty) {
        dirty = true;
        flusher.nextTurn(this);
      }
      if (wasFull && !sender.isFull()) {
        wasFull = false;
        owner.onDrained();
      }
    }
  }

  boolean isFull() {
    return isOpen() && sender.isFull();
  }

  long queuedBytes() {
    return isOpen() ? sender.queued() : 0;
  }

  /** How frames went out; null when it was never opened. */
  SendCounts counts() {
    return sender == null ? null : sender.counts();
  }

  boolean ordersByPriority() {
    return isOpen() && channel.ordersByPriority();
  }

  boolean isFlushed() {
    return !isOpen() || (sender.queued() == 0 && channel.isFlushed());
  }

  /** Returns how many messages that were accepted have been given up. */
  int givenUp() {
    return givenUp;
  }

  /** What somebody did to the memory that is shared with the reader; null when it is whole. */
  Throwable damage() {
    return channel == null ? null : channel.damage();
  }

  /** This side has made room in the other way: the reader may look there. */
  void nudge() {
    if (isOpen()) {
      channel.nudge();
    }
  }

  @Override
  public void onRoom() {
    if (isOpen() && sender.queued() > 0) {
      sender.drain();
      flush();
    }
  }

  @Override
  public void onBroken(Throwable cause) {
    if (isOpen()) {
      state = State.BROKEN;
      owner.onWayOutBroken(cause);
    }
  }

  /** Ends it: what waits is given up, and who waits for it is told. */
  void close() {
    if (channel != null && state != State.CLOSED) {
      state = State.CLOSED;
      givenUp = sender.abandon();
      channel.close();
    }
  }
}
