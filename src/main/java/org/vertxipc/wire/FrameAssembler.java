package org.vertxipc.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/**
 * Hands over frames: a record that is a whole frame at once, and fragments once they are complete.
 * The body of a fragmented message is collected in a buffer that becomes the message's own. Beyond
 * the first MiB, memory grows with what has arrived, not with what a peer announces. One thread
 * only.
 */
public final class FrameAssembler {
  private static final int START = 1 << 20;

  private final int maxFrame;
  private BufferInternal collected;
  // The part before the body of a message, or null when the whole frame is collected.
  private ByteBuffer head;
  private final Frame frame = new Frame();
  private int priority;
  private int total;
  private int filled;

  /**
   * Creates an assembler.
   *
   * @param maxFrame the longest frame that is accepted, in bytes
   */
  public FrameAssembler(int maxFrame) {
    this.maxFrame = maxFrame;
  }

  /** Sets the priority of the records that follow. */
  void priority(int priority) {
    this.priority = priority;
  }

  /**
   * Drops an unfinished frame, because its writer died.
   *
   * @return whether there was one
   */
  public boolean forget() {
    boolean was = collected != null;
    collected = null;
    head = null;
    return was;
  }

  /**
   * Returns whether a record begins a frame.
   *
   * @param in holds it
   * @param at its offset
   * @param length its length
   * @return false for a further fragment of one
   */
  public static boolean begins(ByteBuffer in, int at, int length) {
    return length < 1 || (in.get(at) & 0xff) != FrameKind.FRAGMENT_NEXT;
  }

  /**
   * Takes a record.
   *
   * @param in holds it
   * @param at its offset
   * @param length its length
   * @param handler gets the frame, if one is complete
   * @throws ProtocolException when fragments do not fit together
   */
  public void onRecord(ByteBuffer in, int at, int length, FrameHandler handler) {
    if (length < 4) {
      throw new ProtocolException("record of " + length + " bytes, at least 4 are needed");
    }
    int kind = in.get(at) & 0xff;
    if (kind == FrameKind.FRAGMENT_FIRST) {
      first(in, at, length);
    } else if (kind == FrameKind.FRAGMENT_NEXT) {
      append(in, at + FrameSender.NEXT_HEAD, length - FrameSender.NEXT_HEAD);
      if (filled == total) {
        complete(handler);
      }
    } else if (collected != null) {
      throw new ProtocolException("frame of kind " + kind + " amid the pieces of another");
    } else if (length > maxFrame) {
      throw new ProtocolException(
          "frame of " + length + " bytes, at most " + maxFrame + " are accepted");
    } else {
      handler.onFrame(frame.set(in, at, length, null, priority));
    }
  }

  private void first(ByteBuffer in, int at, int length) {
    if (collected != null || length <= FrameSender.FIRST_HEAD) {
      throw new ProtocolException(
          collected != null
              ? "first piece of a frame amid another"
              : "empty first piece of a frame");
    }
    int announced = LittleEndian.getInt(in, at + 4);
    int start = at + FrameSender.FIRST_HEAD;
    int piece = length - FrameSender.FIRST_HEAD;
    if (announced <= piece || announced > maxFrame) {
      throw new ProtocolException(
          "frame of " + announced + " bytes in pieces, at most " + maxFrame + " are accepted");
    }
    int bodyAt = MessageDecoder.bodyOffset(in, start, piece);
    if (bodyAt > 0) {
      byte[] bytes = new byte[bodyAt];
      in.get(start, bytes);
      head = ByteBuffer.wrap(bytes);
    } else {
      head = null;
    }
    int skip = Math.max(bodyAt, 0);
    total = announced - skip;
    filled = 0;
    collected = BufferInternal.buffer(Math.min(total, START));
    if (piece > skip) {
      append(in, start + skip, piece - skip);
    }
  }

  private void append(ByteBuffer in, int at, int length) {
    if (collected == null || length <= 0 || length > total - filled) {
      throw new ProtocolException(
          collected == null
              ? "further piece of a frame that has no first"
              : "piece of " + length + " bytes where " + (total - filled) + " are missing");
    }
    ByteBuf bytes = collected.unwrap();
    if (filled + length > bytes.capacity()) {
      long grown = Math.max(filled + length, 2L * bytes.capacity());
      bytes.capacity((int) Math.min(total, grown));
    }
    in.get(at, bytes.array(), bytes.arrayOffset() + filled, length);
    filled += length;
  }

  private void complete(FrameHandler handler) {
    BufferInternal buffer = collected;
    ByteBuffer before = head;
    collected = null;
    head = null;
    ByteBuf bytes = buffer.unwrap().writerIndex(filled);
    if (before == null) {
      handler.onFrame(frame.set(bytes.nioBuffer(), 0, filled, null, priority));
    } else {
      handler.onFrame(frame.set(before, 0, before.capacity(), buffer, priority));
    }
  }

  /**
   * Returns whether no frame is unfinished.
   *
   * @return true between frames
   */
  public boolean isIdle() {
    return collected == null;
  }

  /** Takes one frame. */
  @FunctionalInterface
  public interface FrameHandler {
    /**
     * Takes a frame, which may be read until this returns.
     *
     * @param frame the frame
     */
    void onFrame(Frame frame);
  }
}
