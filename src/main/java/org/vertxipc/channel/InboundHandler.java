package org.vertxipc.channel;

import org.vertxipc.ring.RingConsumer.RecordHandler;

/**
 * Takes what the reading end reads. Records come from another process: nothing in them is trusted.
 * An exception from {@link #onRecord} breaks the channel.
 */
public interface InboundHandler extends RecordHandler {
  /**
   * The records that follow arrived with this priority. Those of one priority arrive in the order
   * in which they were written, and may be overtaken by those of a higher one.
   *
   * @param priority 0 to {@link RecordSink#MAX_PRIORITY}; 0 until this is called
   */
  default void onPriority(int priority) {}

  /** The writer asks this side to check the opposite direction: there may be room now. */
  void onNudge();

  /** This side has read enough to make room, and the writer waits for that: nudge it. */
  void onRoomMade();

  /** A batch of records has been handed over, so this is a good moment to flush responses. */
  void onBatchEnd();

  /**
   * No more records will come.
   *
   * @param cause what was wrong, or null when the writer is just gone
   */
  void onBroken(Throwable cause);
}
