package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * One frame as it came, with what came with it. The same object is used for frame after frame: it
 * may be read until the handler that it is given to returns. One thread only.
 */
public final class Frame {
  private ByteBuffer in;
  private int at;
  private int length;
  private Buffer body;
  private int priority;

  /** A frame that holds nothing yet. */
  public Frame() {}

  /**
   * Holds a frame from now on.
   *
   * @param in holds it, or what comes before its body
   * @param at its offset
   * @param length its length, at least 4
   * @param body its body, which becomes the taker's; null when the body is in {@code in} too
   * @param priority with which it came
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
   * What it is.
   *
   * @return its first byte, one of {@link FrameKind} if the sender keeps to the protocol
   */
  public int kind() {
    return in.get(at) & 0xff;
  }

  /**
   * Where its bytes are.
   *
   * @return holds it from {@link #at}, or what comes before {@link #body}
   */
  public ByteBuffer in() {
    return in;
  }

  /**
   * Where it begins.
   *
   * @return an offset in {@link #in}
   */
  public int at() {
    return at;
  }

  /**
   * How many bytes of it are in {@link #in}.
   *
   * @return at least 4
   */
  public int length() {
    return length;
  }

  /**
   * Its body, when that came in pieces and was collected.
   *
   * @return becomes the taker's; null when the body is in {@link #in} too
   */
  public Buffer body() {
    return body;
  }

  /**
   * How long it is as a whole.
   *
   * @return in bytes
   */
  public long total() {
    return length + (body == null ? 0L : body.length());
  }

  /**
   * The priority with which it came.
   *
   * @return 0 where channels know none
   */
  public int priority() {
    return priority;
  }
}
