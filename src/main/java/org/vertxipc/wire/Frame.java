package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * One frame as it arrived, with its priority. The same object is reused for each frame: it may be
 * read until the handler that gets it returns. One thread only.
 */
public final class Frame {
  private ByteBuffer in;
  private int at;
  private int length;
  private Buffer body;
  private int priority;

  /** Creates a frame that holds nothing yet. */
  public Frame() {}

  /**
   * Sets the frame that this holds from now on.
   *
   * @param in holds it, or the part before its body
   * @param at its offset
   * @param length its length, at least 4
   * @param body its body, which becomes the receiver's own; null when the body is in {@code in} too
   * @param priority with which it arrived
   * @return this
   */
  public Frame set(ByteBuffer in, int at, int length, Buffer body, int priority) {
    this.in = in;
    this.at = at;
    this.length = length;
    this.body = body;
    this.priority = priority;
    return this;
  }

  /**
   * Returns what it is.
   *
   * @return its first byte, one of {@link FrameKind} if the sender keeps to the protocol
   */
  public int kind() {
    return in.get(at) & 0xff;
  }

  /**
   * Returns where its bytes are.
   *
   * @return holds it from {@link #at}, or the part before {@link #body}
   */
  public ByteBuffer in() {
    return in;
  }

  /**
   * Returns where it begins.
   *
   * @return an offset in {@link #in}
   */
  public int at() {
    return at;
  }

  /**
   * Returns how many bytes of it are in {@link #in}.
   *
   * @return at least 4
   */
  public int length() {
    return length;
  }

  /**
   * Returns its body, when that arrived in fragments and was collected.
   *
   * @return a buffer that becomes the receiver's own; null when the body is in {@link #in} too
   */
  public Buffer body() {
    return body;
  }

  /**
   * Returns its whole length.
   *
   * @return in bytes
   */
  public long total() {
    return length + (body == null ? 0L : body.length());
  }

  /**
   * Returns the priority with which it arrived.
   *
   * @return 0 where channels have no priorities
   */
  public int priority() {
    return priority;
  }
}
