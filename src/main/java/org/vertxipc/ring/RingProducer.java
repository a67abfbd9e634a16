package org.vertxipc.ring;

import static org.vertxipc.ring.RingLayout.CONSUMER_PARKED_OFFSET;
import static org.vertxipc.ring.RingLayout.DATA_OFFSET;
import static org.vertxipc.ring.RingLayout.HEAD_OFFSET;
import static org.vertxipc.ring.RingLayout.INT;
import static org.vertxipc.ring.RingLayout.LONG;
import static org.vertxipc.ring.RingLayout.NO_RECORD;
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
 * visible together at {@link #publish}: the header of the first is held back until then, and behind
 * the last there is a header of zeros, so that one release store shows the whole batch. A producer
 * that dies in between leaves nothing that a consumer could see. One thread only.
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
  // The consumer's position when it was last read.
  private long headRead;
  // Everything before this may be overwritten; it is updated only when it is too low.
  private long headSeen;
  private long reusable = Long.MAX_VALUE;
  private int claimed = -1;
  private int claimedIndex;
  // The header of the first record that is committed and not published, or no record when there is
  // none.
  private long firstHeader = NO_RECORD;
  private int firstAt;

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
    // Acquire, both: they pair with the releases in publish() of an earlier producer, and in
    // release() of the consumer.
    this.tail = (long) LONG.getAcquire(buffer, TAIL_OFFSET);
    this.published = tail;
    if (tail < 0 || (tail & 7) != 0) {
      throw new CorruptRingException("ring tail " + tail);
    }
    long head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    recover();
    requireHead(head, 0);
    this.headRead = head;
    this.headSeen = head;
  }

  /**
   * Continues after a producer that died when it had published a batch and not yet stored the tail.
   */
  private void recover() {
    long start = tail;
    long header = headerAt(tail);
    while (header != NO_RECORD && tail - start <= capacity) {
      int length = RingLayout.length(header);
      if (length < 0 || length > maxPayload) {
        throw new CorruptRingException("record of " + length + " bytes at position " + tail);
      }
      tail += align(length + RECORD_HEADER);
      header = headerAt(tail);
    }
    published = tail;
    // Release: as in publish().
    LONG.setRelease(buffer, TAIL_OFFSET, tail);
  }

  private long headerAt(long position) {
    // Acquire: pairs with the release in publish() of a dead producer.
    return (long) LONG.getAcquire(buffer, DATA_OFFSET + ((int) position & mask));
  }

  /**
   * Returns the longest payload of one record.
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
    // There is always room for one more header, the one of zeros.
    long end = tail + padding + required + RECORD_HEADER;
    if (end - headSeen > capacity && !hasRoom(padding + required)) {
      return FULL;
    }
    if (padding > 0) {
      // A record never wraps: the rest of the ring is one record of padding.
      tail += padding;
      LONG.set(buffer, DATA_OFFSET, NO_RECORD);
      stage(DATA_OFFSET + index, RingLayout.header(padding - RECORD_HEADER, TYPE_PADDING));
      index = 0;
    }
    // This comes before the payload is written: the cache line of the payload, which the consumer
    // may be reading, is then fetched once for payload and header, and not again after the header
    // of zeros.
    LONG.set(buffer, DATA_OFFSET + ((index + required) & mask), NO_RECORD);
    claimed = length;
    claimedIndex = DATA_OFFSET + index;
    return claimedIndex + RECORD_HEADER;
  }

  /**
   * Returns the position before which the consumer needs nothing any more.
   *
   * @return in bytes since the ring was made
   * @throws CorruptRingException when it is impossible
   */
  public long released() {
    // Acquire: pairs with the release of the head in RingConsumer.release, so that the consumer's
    // reads of the bytes come before they are written anew.
    long head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    requireHead(head, headRead);
    headRead = head;
    return head;
  }

  /**
   * Limits overwriting to what comes before a position, whatever the consumer has released. This is
   * for a ring that must survive a loss of power: while the disk holds an older consumer position
   * than the one that made the room, a record written there looks like the end to a recovery, and
   * everything behind it would be cut off. docs/model/recovery.pml is the model.
   *
   * @param position that {@link #released} returned, and that is on the disk
   */
  public void reuseUpTo(long position) {
    reusable = position;
    headSeen = Math.min(headRead, position);
  }

  /**
   * Returns whether the consumer has released more than may be reused.
   *
   * @return true when {@link #reuseUpTo} would make room
   */
  public boolean couldReuse() {
    return released() > reusable;
  }

  /** Puts a record's header in place, or holds it back when it is the first of a batch. */
  private void stage(int at, long header) {
    if (firstHeader == NO_RECORD) {
      firstHeader = header;
      firstAt = at;
    } else {
      LONG.set(buffer, at, header);
    }
  }

  private void requireHead(long head, long least) {
    if (head < least || head > published || (head & 7) != 0) {
      throw new CorruptRingException(
          "ring head " + head + ", expected " + least + " to " + published);
    }
  }

  /** Completes the last claimed record. */
  public void commit() {
    if (claimed < 0) {
      throw new IllegalStateException("nothing is claimed");
    }
    tail += align(claimed + RECORD_HEADER);
    stage(claimedIndex, RingLayout.header(claimed, TYPE_DATA));
    claimed = -1;
  }

  /**
   * Returns the position of the last claimed record.
   *
   * @return in bytes since the ring was made
   */
  public long claimedPosition() {
    return tail;
  }

  /**
   * Returns whether this many bytes can surely be written now, with their headers and padding.
   *
   * @param bytes in all
   * @return false when a claim might be refused before they are written
   */
  public boolean hasRoom(long bytes) {
    headSeen = Math.min(released(), reusable);
    return tail + bytes + RECORD_HEADER - headSeen <= capacity;
  }

  /**
   * Returns how many bytes are committed and not yet published.
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
    if (firstHeader == NO_RECORD) {
      return false;
    }
    published = tail;
    // Release: pairs with the acquire of the header in RingConsumer.poll, so that the records, and
    // the zeros behind them, are visible when the first header is.
    LONG.setRelease(buffer, firstAt, firstHeader);
    firstHeader = NO_RECORD;
    // Release: pairs with the acquire in RingConsumer.producerWaits, and in the constructor of the
    // next producer, which looks for records behind an old tail.
    LONG.setRelease(buffer, TAIL_OFFSET, tail);
    // Full: the store of the header comes before the load of the flag, mirrored in
    // RingConsumer.park, so that at least one of the two sides sees the other.
    VarHandle.fullFence();
    if ((int) INT.getOpaque(buffer, CONSUMER_PARKED_OFFSET) == 0) {
      return false;
    }
    // Opaque: the bell's write(2) comes after it; the consumer sets the flag again before it
    // sleeps.
    INT.setOpaque(buffer, CONSUMER_PARKED_OFFSET, 0);
    return true;
  }

  /**
   * Asks the consumer to ring when it has made room.
   *
   * @param length the payload that found no room
   * @return true when there is room by now, so that nothing was asked
   */
  public boolean awaitRoom(int length) {
    INT.setOpaque(buffer, PRODUCER_WAITING_OFFSET, 1);
    // Full: the store of the flag comes before the load of the head, mirrored in
    // RingConsumer.producerWaits.
    VarHandle.fullFence();
    int required = align(length + RECORD_HEADER);
    int untilEnd = capacity - ((int) tail & mask);
    if (hasRoom(required > untilEnd ? untilEnd + required : required)) {
      INT.setOpaque(buffer, PRODUCER_WAITING_OFFSET, 0);
      return true;
    }
    return false;
  }
}
