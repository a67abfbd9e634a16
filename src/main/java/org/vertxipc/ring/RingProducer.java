package org.vertxipc.ring;

import static org.vertxipc.ring.RingLayout.CONSUMER_PARKED_OFFSET;
import static org.vertxipc.ring.RingLayout.DATA_OFFSET;
import static org.vertxipc.ring.RingLayout.HEAD_OFFSET;
import static org.vertxipc.ring.RingLayout.INT;
import static org.vertxipc.ring.RingLayout.LONG;
import static org.vertxipc.ring.RingLayout.PRODUCER_WAITING_OFFSET;
import static org.vertxipc.ring.RingLayout.RECORD_HEADER;
import static org.vertxipc.ring.RingLayout.TAIL_OFFSET;
import static org.vertxipc.ring.RingLayout.TYPE_DATA;
import static org.vertxipc.ring.RingLayout.TYPE_PADDING;
import static org.vertxipc.ring.RingLayout.align;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The writing end of a ring. Records are claimed, filled in and committed one by one, and become
 * visible together at {@link #publish}: one release store a batch. A producer that dies in between
 * leaves nothing that a consumer could see. One thread only.
 */
public final class RingProducer {
  /** Returned by {@link #claim} when there is no room. */
  public static final int FULL = -1;

  private final ByteBuffer buffer;
  private final int capacity;
  private final int mask;
  private final int maxPayload;

  private long tail;
  private long published;
  // The consumer's position when it was last looked at; asked for again only when this is too low.
  private long headSeen;
  private int claimed = -1;
  private int claimedIndex;

  /**
   * Attaches to a ring.
   *
   * @param buffer an initialised ring, in native order
   * @throws CorruptRingException when its header or positions are not valid
   */
  public RingProducer(ByteBuffer buffer) {
    this.buffer = buffer;
    this.capacity = RingLayout.validate(buffer);
    this.mask = capacity - 1;
    this.maxPayload = RingLayout.maxPayload(capacity);
    this.tail = (long) LONG.getAcquire(buffer, TAIL_OFFSET);
    this.published = tail;
    if (tail < 0 || (tail & 7) != 0) {
      throw new CorruptRingException("ring tail " + tail);
    }
    long head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    requireHead(head, 0);
    this.headSeen = head;
  }

  /**
   * The longest payload of one record.
   *
   * @return in bytes
   */
  public int maxPayload() {
    return maxPayload;
  }

  /**
   * Claims room for one record. It must be followed by {@link #commit} before the next claim; a
   * claim that is not committed is forgotten.
   *
   * @param length of the payload, 0 to {@link #maxPayload}
   * @return where in the buffer the payload goes, or {@link #FULL}
   * @throws CorruptRingException when the consumer's position is impossible
   */
  public int claim(int length) {
    if (length < 0 || length > maxPayload) {
      throw new IllegalArgumentException("payload of " + length + " bytes, at most " + maxPayload);
    }
    int required = align(length + RECORD_HEADER);
    int index = (int) tail & mask;
    int untilEnd = capacity - index;
    int padding = required > untilEnd ? untilEnd : 0;
    if (tail + padding + required - headSeen > capacity && !room(padding + required)) {
      return FULL;
    }
    if (padding > 0) {
      // A record never wraps: the rest of the ring is one record of padding.
      buffer.putInt(DATA_OFFSET + index, padding - RECORD_HEADER);
      buffer.putInt(DATA_OFFSET + index + 4, TYPE_PADDING);
      tail += padding;
      index = 0;
    }
    claimed = length;
    claimedIndex = DATA_OFFSET + index;
    return claimedIndex + RECORD_HEADER;
  }

  private boolean room(int required) {
    // Acquire: pairs with the release of the head in RingConsumer.poll, so that the consumer's
    // reads of the bytes come before they are written anew.
    long head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    requireHead(head, headSeen);
    headSeen = head;
    return tail + required - head <= capacity;
  }

  private void requireHead(long head, long least) {
    if (head < least || head > published || (head & 7) != 0) {
      throw new CorruptRingException(
          "ring head " + head + ", expected " + least + " to " + published);
    }
  }

  /** Completes the record claimed last. */
  public void commit() {
    if (claimed < 0) {
      throw new IllegalStateException("nothing is claimed");
    }
    buffer.putInt(claimedIndex, claimed);
    buffer.putInt(claimedIndex + 4, TYPE_DATA);
    tail += align(claimed + RECORD_HEADER);
    claimed = -1;
  }

  /**
   * The bytes committed and not yet published.
   *
   * @return in bytes
   */
  public long unpublished() {
    return tail - published;
  }

  /**
   * Makes everything committed visible to the consumer.
   *
   * @return true when the consumer sleeps: the caller must ring its doorbell
   */
  public boolean publish() {
    if (published == tail) {
      return false;
    }
    published = tail;
    // Release: pairs with the acquire of the tail in RingConsumer.poll, so that the records are
    // there when the tail is seen.
    LONG.setRelease(buffer, TAIL_OFFSET, tail);
    // Full: the tail's store comes before the load of the flag, mirrored in RingConsumer.park, so
    // that at least one of the two sides sees the other.
    VarHandle.fullFence();
    if ((int) INT.getOpaque(buffer, CONSUMER_PARKED_OFFSET) == 0) {
      return false;
    }
    INT.setOpaque(buffer, CONSUMER_PARKED_OFFSET, 0);
    return true;
  }

  /**
   * Asks the consumer to ring when it has made room.
   *
   * @param length the payload that found no room
   * @return true when there is room by now, and nothing was asked
   */
  public boolean awaitRoom(int length) {
    INT.setOpaque(buffer, PRODUCER_WAITING_OFFSET, 1);
    // Full: the flag's store comes before the load of the head, mirrored in RingConsumer.poll.
    VarHandle.fullFence();
    int required = align(length + RECORD_HEADER);
    int untilEnd = capacity - ((int) tail & mask);
    if (room(required > untilEnd ? untilEnd + required : required)) {
      INT.setOpaque(buffer, PRODUCER_WAITING_OFFSET, 0);
      return true;
    }
    return false;
  }
}
