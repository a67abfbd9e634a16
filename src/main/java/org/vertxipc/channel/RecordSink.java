package org.vertxipc.channel;

import java.nio.ByteBuffer;

/**
 * Where records are written: each is claimed, filled in place and committed, and reaches the other
 * process at the next {@link #flush} at the latest. One thread only.
 */
public interface RecordSink {
  /** Returned by {@link #claim} when there is no room. */
  int FULL = -1;

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
