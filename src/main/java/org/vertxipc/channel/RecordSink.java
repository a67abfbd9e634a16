package org.vertxipc.channel;

/**
 * Where records are written: each is filled in place, and reaches the other process at the next
 * {@link #flush} at the latest. Nothing here fails for what the other process, or somebody else,
 * did to what is shared with it: the sink refuses from then on, and its owner is told of it by
 * {@link OutboundHandler#onBroken}. One thread only.
 */
public interface RecordSink {
  /** The highest priority. */
  int MAX_PRIORITY = 32767;

  /**
   * The longest record.
   *
   * @return in bytes
   */
  int maxRecord();

  /**
   * Whether records of a higher priority overtake others on their way.
   *
   * @return false where all records arrive in the order in which they are committed
   */
  default boolean ordersByPriority() {
    return false;
  }

  /**
   * Sets the priority of the records written from now on.
   *
   * @param priority 0 (at first) to {@link #MAX_PRIORITY}; of no meaning where it does not order
   */
  default void setPriority(int priority) {}

  /**
   * Whether a frame can be written now, in as many records as it takes.
   *
   * @param bytes of the frame
   * @return false when a record might be refused before it is complete
   */
  default boolean hasRoom(long bytes) {
    return false;
  }

  /**
   * Writes one record; what was written before may be sent on to make room.
   *
   * @param length in bytes, 0 to {@link #maxRecord}
   * @param record fills it in, at once; when that fails, nothing is written
   * @return false when there is no room: the owner is told of room by {@link
   *     OutboundHandler#onRoom}; or when the sink is broken
   */
  boolean write(int length, RecordWriter record);

  /** Sends on what is written. */
  void flush();
}
