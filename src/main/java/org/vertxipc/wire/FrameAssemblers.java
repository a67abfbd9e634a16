package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Assembles frames of several priorities: fragments of a frame may be overtaken by records of a
 * higher priority, so each priority may have an unfinished frame of its own. One thread only.
 */
public final class FrameAssemblers {
  // A peer may leave a frame unfinished in each priority; this bounds the memory for them.
  private static final int MAX_UNFINISHED = 64;

  private final int maxFrame;
  private final Map<Integer, FrameAssembler> unfinished = new HashMap<>();
  private FrameAssembler current;
  private int priority;

  /**
   * Creates assemblers.
   *
   * @param maxFrame the longest frame that is accepted, in bytes
   */
  public FrameAssemblers(int maxFrame) {
    this.maxFrame = maxFrame;
    this.current = new FrameAssembler(maxFrame);
  }

  /**
   * Sets the priority of the records that follow.
   *
   * @param next their priority
   * @throws ProtocolException when frames of too many priorities are unfinished
   */
  public void select(int next) {
    if (next == priority) {
      return;
    }
    if (!current.isIdle()) {
      if (unfinished.size() == MAX_UNFINISHED) {
        throw new ProtocolException(
            "frames of more than " + MAX_UNFINISHED + " priorities are unfinished");
      }
      unfinished.put(priority, current);
      current = null;
    }
    FrameAssembler begun = unfinished.remove(next);
    if (begun != null) {
      current = begun;
    } else if (current == null) {
      current = new FrameAssembler(maxFrame);
    }
    current.priority(next);
    priority = next;
  }

  /**
   * Takes a record, see {@link FrameAssembler#onRecord}.
   *
   * @param in holds it
   * @param at its offset
   * @param length its length
   * @param handler gets the frame, if one is complete
   */
  public void onRecord(ByteBuffer in, int at, int length, FrameAssembler.FrameHandler handler) {
    current.onRecord(in, at, length, handler);
  }
}
