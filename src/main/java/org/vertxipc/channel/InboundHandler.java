package org.vertxipc.channel;

import org.vertxipc.ring.RingConsumer.RecordHandler;

/**
 * Takes what the reading end brings. Records come from another process: nothing in them is trusted.
 * What {@link #onRecord} throws breaks the channel.
 */
public interface InboundHandler extends RecordHandler {
  /**
   * The records that follow came with this priority. Those of one priority come in the order in
   * which they were written, and may be overtaken by those of a higher.
   *
   * @param priority 0 to {@link RecordSink#MAX_PRIORITY}; 0 until this is called
   */
  default void onPriority(int priority) {}

  /** The writer asks this side to look at what it sends the other way: there may be room now. */
  void onNudge();

  /** This side has read enough to make room, and the writer waits for that: nudge it. */
  void onRoomMade();

  /** A batch of records has been handed over; a good moment to flush what answers them. */
  void onBatchEnd();

  /**
   * No more records will come.
   *
   * @param cause what was wrong, or null when the writer is just gone
   */
  void onBroken(Throwable cause);
}
