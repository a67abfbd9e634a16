package org.vertxipc.bus;

import java.nio.ByteBuffer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameAssemblers;

/** The way from a peer. One thread only: the bus's context. */
final class WayIn implements InboundHandler {
  private final Owner owner;
  private final FrameAssemblers assembler;
  private final FrameAssembler.FrameHandler frames;
  private TransportType type;
  private InboundChannel channel;
  private boolean started;
  private boolean paused;
  private long records;

  /** Takes what comes. */
  interface Owner {
    /** Returns whether frames are taken. */
    boolean isConnected();

    void onFrame(Frame frame);

    /** The peer asks to look at the other way: there may be room now. */
    void onNudge();

    /** The peer waits for room, and there is some: it is to be nudged. */
    void onRoomMade();

    /** A batch of frames has been handed over. */
    void onBatchEnd();

    /** Nothing more will come; null when the writer is just gone. */
    void onEnd(Throwable cause);
  }

  WayIn(Owner owner, int maxMessageBytes) {
    this.owner = owner;
    this.assembler = new FrameAssemblers(maxMessageBytes);
    this.frames = owner::onFrame;
  }

  void open(Transports.Inbound made) {
    this.type = made.type();
    this.channel = made.channel();
  }

  /** The transport of its channel; null until that is made. */
  TransportType type() {
    return type;
  }

  void start() {
    started = true;
    channel.start(this);
    channel.setPaused(paused);
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    if (started) {
      channel.setPaused(paused);
    }
  }

  boolean isPaused() {
    return paused;
  }

  /** Grows with what comes. */
  long progress() {
    return records;
  }

  /** What somebody did to the memory that is shared with the writer; null when it is whole. */
  Throwable damage() {
    return channel == null ? null : channel.damage();
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void onPriority(int priority) {
    assembler.select(priority);
  }

  @Override
  public void onRecord(ByteBuffer in, int at, int length) {
    if (owner.isConnected()) {
      records++;
      assembler.onRecord(in, at, length, frames);
    }
  }

  @Override
  public void onNudge() {
    owner.onNudge();
  }

  @Override
  public void onRoomMade() {
    owner.onRoomMade();
  }

  @Override
  public void onBatchEnd() {
    owner.onBatchEnd();
  }

  @Override
  public void onBroken(Throwable cause) {
    owner.onEnd(cause);
  }
}
