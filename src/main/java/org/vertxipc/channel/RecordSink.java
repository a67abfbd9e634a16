package org.vertxipc.channel;

import java.nio.ByteBuffer;

/**
 * Where records are written: each is claimed, filled in place and committed, and reaches the other
 * process at the next {@link #flush} at the latest. One thread only.
 */
public interface RecordSink {
  /** Returned by {@link #claim} when there is no room. */
  int FULL = -1;

  /** The highest priority. */
  int MAX_PRIORITY = 32767;

  /**
   * The longest record.
   *
   * @return in bytes
   */
  int maxRecord();

  /**
   * Where claimed records are filled in, by absolute writes within the claim.
   *
   * @return the buffer
   */
  ByteBuffer buffer();

  /**
   * Whether records of a higher priority overtake others on their way.
   *
   * @return false where all records arrive in the order in which they are committed
   */
  default boolean ordersByPriority() {
    return false;
  }

  /**
   * Sets the priority of the records claimed from now on.
   *
   * @param priority 0 (at first) to {@link #MAX_PRIORITY}; of no meaning where it does not order
   */
  default void setPriority(int priority) {}

  /**
   * Whether a frame can be written now, in as many records as it takes. Fails as {@link #claim}
   * does when the channel is broken.
   *
   * @param bytes of the frame
   * @return false when a claim might be refused before it is complete
   */
  default boolean hasRoom(long bytes) {
    return false;
  }

  /**
   * Claims room for one record; what was committed before may be sent on to make room.
   *
   * @param length in bytes, 0 to {@link #maxRecord}
   * @return the record's offset in {@link #buffer}, or {@link #FULL}: then the owner is told of
   *     room by {@link OutboundHandler#onRoom}
   */
  int claim(int length);

  /** Completes the record claimed last. */
  void commit();

  /** Sends on what is committed. */
  void flush();
}
