package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Hands over frames: a record that is one, as it stands, and pieces once they are complete. Memory
 * grows with what has come, not with what a peer announces. One thread only.
 */
public final class FrameAssembler {
  private static final int START = 64 * 1024;

  private final int maxFrame;
  private byte[] bytes;
  private int total;
  private int filled;

  /**
   * An assembler.
   *
   * @param maxFrame the longest frame that is accepted, in bytes
   */
  public FrameAssembler(int maxFrame) {
    this.maxFrame = maxFrame;
  }

  /**
   * Takes a record.
   *
   * @param in holds it
   * @param at its offset
   * @param length its length
   * @param handler gets the frame, if one is complete
   * @throws ProtocolException when pieces do not fit together
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
        ByteBuffer frame = ByteBuffer.wrap(bytes, 0, total);
        bytes = null;
        handler.onFrame(frame, 0, total);
      }
    } else if (bytes != null) {
      throw new ProtocolException("frame of kind " + kind + " amid the pieces of another");
    } else {
      handler.onFrame(in, at, length);
    }
  }

  private void first(ByteBuffer in, int at, int length) {
    if (bytes != null || length <= FrameSender.FIRST_HEAD) {
      throw new ProtocolException(
          bytes != null ? "first piece of a frame amid another" : "empty first piece of a frame");
    }
    total = LittleEndian.getInt(in, at + 4);
    int piece = length - FrameSender.FIRST_HEAD;
    if (total <= piece || total > maxFrame) {
      throw new ProtocolException(
          "frame of " + total + " bytes in pieces, at most " + maxFrame + " are accepted");
    }
    bytes = new byte[Math.min(total, Math.max(START, piece))];
    filled = 0;
    append(in, at + FrameSender.FIRST_HEAD, piece);
  }

  private void append(ByteBuffer in, int at, int length) {
    if (bytes == null || length <= 0 || length > total - filled) {
      throw new ProtocolException(
          bytes == null
              ? "further piece of a frame that has no first"
              : "piece of " + length + " bytes where " + (total - filled) + " are missing");
    }
    if (filled + length > bytes.length) {
      long grown = Math.max(filled + length, 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, (int) Math.min(total, grown));
    }
    in.get(at, bytes, filled, length);
    filled += length;
  }

  /** Takes one frame. */
  @FunctionalInterface
  public interface FrameHandler {
    /**
     * A frame; the bytes may be read until this returns.
     *
     * @param in holds it
     * @param at its offset
     * @param length its length, at least 4
     */
    void onFrame(ByteBuffer in, int at, int length);
  }
}
