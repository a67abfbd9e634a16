package org.vertxipc.channel;

/**
 * Takes records: each is filled in place, and reaches the other process at the next {@link #flush}
 * at the latest. No method fails because of what the other process, or somebody else, did to the
 * shared memory: instead the sink refuses records from then on, and calls {@link
 * OutboundHandler#onBroken}. One thread only.
 */
public interface RecordSink {
  /** The highest priority. */
  int MAX_PRIORITY = 32767;

  /**
   * Returns the longest record.
   *
   * @return in bytes
   */
  int maxRecord();

  /**
   * Returns whether records of a higher priority overtake others on their way.
   *
   * @return false where all records arrive in the order in which they are committed
   */
  default boolean ordersByPriority() {
    return false;
  }

  /**
   * Sets the priority of the records written from now on.
   *
   * @param priority 0 (at first) to {@link #MAX_PRIORITY}; meaningless where the sink does not
   *     order
   */
  default void setPriority(int priority) {}

  /**
   * Returns whether a frame can be written now, in as many records as it needs.
   *
   * @param bytes of the frame
   * @return false when a record might be refused before it is complete
   */
  default boolean hasRoom(long bytes) {
    return false;
  }

  /**
   * Writes one record; earlier records may be sent to make room.
   *
   * @param length in bytes, 0 to {@link #maxRecord}
   * @param record fills it in, at once; when that fails, nothing is written
   * @return false when there is no room, after which the owner is told about room by {@link
   *     OutboundHandler#onRoom}; or when the sink is broken
   */
  boolean write(int length, RecordWriter record);

  /** Sends what is written. */
  void flush();
}
