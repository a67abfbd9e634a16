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

/** The reading end of a ring. One thread only. */
public final class RingConsumer {
  private final ByteBuffer buffer;
  private final int capacity;
  private final int mask;
  private final int maxPayload;
  private final boolean releasing;
  private long head;
  private long recordAt;
  private long reached;

  /**
   * Attaches to a ring whose records may be overwritten as soon as they have been handed over.
   *
   * @param buffer an initialised ring, in native order
   * @throws CorruptRingException when its header or positions are not valid
   */
  public RingConsumer(ByteBuffer buffer) {
    this(buffer, true);
  }

  /**
   * Attaches to a ring.
   *
   * @param buffer an initialised ring, in native order
   * @param releasing whether records may be overwritten as soon as they have been handed over;
   *     otherwise {@link #release} is called when they may
   * @throws CorruptRingException when its header or positions are not valid
   */
  public RingConsumer(ByteBuffer buffer, boolean releasing) {
    this.buffer = buffer;
    this.releasing = releasing;
    this.capacity = RingLayout.validate(buffer);
    this.mask = capacity - 1;
    this.maxPayload = RingLayout.maxPayload(capacity);
    // Acquire: pairs with the release in release() of an earlier consumer, or of RingRecovery.
    this.head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    if (head < 0 || (head & 7) != 0) {
      throw new CorruptRingException("ring head " + head);
    }
    this.reached = reached();
  }

  /**
   * Returns how many bytes of records fit.
   *
   * @return in bytes, with their headers
   */
  public int capacity() {
    return capacity;
  }

  /**
   * Returns whether something is published.
   *
   * @return true when {@link #poll} would find a record
   */
  public boolean isReady() {
    return header() != NO_RECORD;
  }

  private long header() {
    // Acquire: pairs with the release of the header in RingProducer.publish, so that the records of
    // the batch, and the zeros behind them, are there when its first header is.
    return (long) LONG.getAcquire(buffer, DATA_OFFSET + ((int) head & mask));
  }

  /**
   * Takes published records up to a bound in bytes, and at least one if there is any.
   *
   * @param handler takes each record; an exception ends the poll after that record
   * @param maxBytes the bound
   * @return the bytes taken, 0 when there was nothing
   * @throws CorruptRingException when a record is impossible
   */
  public int poll(RecordHandler handler, int maxBytes) {
    long header = header();
    if (header == NO_RECORD) {
      return 0;
    }
    long start = head;
    // No more than the capacity, because a producer may be hostile.
    int bound = Math.min(maxBytes, capacity);
    try {
      do {
        recordAt = head;
        int length = length(header, head);
        head += align(length + RECORD_HEADER);
        handOver(header, buffer, offset(recordAt), length, handler);
        header = header();
      } while (header != NO_RECORD && head - start < bound);
    } finally {
      if (releasing) {
        release(head);
      }
    }
    return (int) (head - start);
  }

  private int length(long header, long position) {
    int length = RingLayout.length(header);
    int room = Math.min(maxPayload, capacity - ((int) position & mask) - RECORD_HEADER);
    if (length < 0 || length > room) {
      throw new CorruptRingException("record of " + length + " bytes where " + room + " fit");
    }
    return length;
  }

  private static void handOver(
      long header, ByteBuffer in, int at, int length, RecordHandler handler) {
    int type = RingLayout.type(header);
    if (type == TYPE_DATA) {
      handler.onRecord(in, at + RECORD_HEADER, length);
    } else if (type != TYPE_PADDING) {
      throw new CorruptRingException("record of type " + type);
    }
  }

  /**
   * Takes published records, up to a bound in bytes, from a copy of a part of the ring, which was
   * made when all of it was {@link #published} and nothing of it was released. Nothing is released
   * here.
   *
   * @param copy holds the part from index 0 on, in native order
   * @param from the position of its first byte
   * @param bytes its length, which does not reach behind the end of the ring
   * @param handler takes each record; an exception ends this after that record
   * @param maxBytes the bound
   * @return the bytes taken, 0 when the next record is not there, or not whole
   * @throws CorruptRingException when a record is impossible
   */
  public int pollCopy(ByteBuffer copy, long from, int bytes, RecordHandler handler, int maxBytes) {
    long start = head;
    while (head - start < maxBytes) {
      long at = head - from;
      if (at < 0 || at + RECORD_HEADER > bytes) {
        break;
      }
      long header = (long) LONG.get(copy, (int) at);
      if (header == NO_RECORD) {
        break;
      }
      int length = length(header, head);
      if (RingLayout.type(header) == TYPE_DATA && at + RECORD_HEADER + length > bytes) {
        break;
      }
      recordAt = head;
      head += align(length + RECORD_HEADER);
      handOver(header, copy, (int) at, length, handler);
    }
    return (int) (head - start);
  }

  /**
   * Returns the position behind what is published, as the producer says, which may be hostile.
   *
   * @return a position: what is before it stays as it is until it is released
   */
  public long published() {
    // Acquire: pairs with the release of the tail in RingProducer.publish, so that what is read
    // after this, by whatever way, is as it was published.
    return (long) LONG.getAcquire(buffer, TAIL_OFFSET);
  }

  /**
   * Returns where in the buffer a position is.
   *
   * @param position of a record
   * @return an index
   */
  public int offset(long position) {
    return DATA_OFFSET + ((int) position & mask);
  }

  /**
   * Returns how many bytes follow a position up to the end of the ring.
   *
   * @param position of a record
   * @return in bytes, at least 1
   */
  public int untilEnd(long position) {
    return capacity - ((int) position & mask);
  }

  /**
   * Hands over a record again that has not been released.
   *
   * @param position of the record
   * @param end the position behind the last record that may be requested
   * @param handler takes the record, unless it is padding
   * @return the position behind it
   * @throws CorruptRingException when the record is impossible
   */
  public long reread(long position, long end, RecordHandler handler) {
    // Acquire: as in header().
    long header = (long) LONG.getAcquire(buffer, DATA_OFFSET + ((int) position & mask));
    int length = length(header, position);
    long behind = position + align(length + RECORD_HEADER);
    if (header == NO_RECORD || behind > end) {
      throw new CorruptRingException(
          "record of " + length + " bytes at position " + position + ", where all end at " + end);
    }
    handOver(header, buffer, offset(position), length, handler);
    return behind;
  }

  /**
   * Lets the producer overwrite everything before a position.
   *
   * @param position not before the last one, nor behind {@link #position}
   */
  public void release(long position) {
    // Release: pairs with the acquire in RingProducer.released, so that the records have been read
    // before they are overwritten.
    LONG.setRelease(buffer, HEAD_OFFSET, position);
  }

  /**
   * Records in the ring that records before {@link #position} may have been handed over. A position
   * that an earlier consumer has reached is kept, because this one may die before it gets that far.
   */
  public void reach() {
    if (head > reached) {
      reached = head;
      // Opaque: only a consumer that is started later reads it, see reached(). The handler is
      // called after this, on the same thread, so the store comes before its effects: a killed
      // process has made its stores in program order up to some point.
      LONG.setOpaque(buffer, RingLayout.REACHED_OFFSET, reached);
    }
  }

  /**
   * Returns the highest position at which {@link #reach} was called, also by a dead process.
   *
   * @return a position; records before it may have been handed over
   */
  public long reached() {
    // Opaque: pairs with the store in reach() of a dead process, so nothing is concurrent.
    return (long) LONG.getOpaque(buffer, RingLayout.REACHED_OFFSET);
  }

  /**
   * Returns the position behind the last record handed over.
   *
   * @return in bytes since the ring was made
   */
  public long position() {
    return head;
  }

  /**
   * Returns the position of the last record handed over.
   *
   * @return in bytes since the ring was made
   */
  public long recordPosition() {
    return recordAt;
  }

  /**
   * Returns whether the producer waits for room and half of the ring is free; call it after a poll
   * that took something. It returns true once. Waking the producer for each record would cost both
   * sides more than the records do.
   *
   * @return true when the caller must ring the producer's doorbell
   */
  public boolean producerWaits() {
    // Full: the store of the head comes before the load of the flag; RingProducer.awaitRoom mirrors
    // this by storing the flag before it loads the head, so at least one side sees the other.
    VarHandle.fullFence();
    // Opaque flag: the fence orders it. Acquire tail: pairs with its release in publish(); an old
    // value only means that the producer is woken a record earlier.
    if ((int) INT.getOpaque(buffer, PRODUCER_WAITING_OFFSET) == 0
        || (long) LONG.getAcquire(buffer, TAIL_OFFSET) - (long) LONG.get(buffer, HEAD_OFFSET)
            > capacity / 2) {
      return false;
    }
    // Opaque: the bell's write(2) comes after it, and the producer sets the flag again when it
    // finds no room after the bell.
    INT.setOpaque(buffer, PRODUCER_WAITING_OFFSET, 0);
    return true;
  }

  /**
   * Announces that the consumer is about to sleep.
   *
   * @return false when something was published meanwhile: it must not sleep
   */
  public boolean park() {
    INT.setOpaque(buffer, CONSUMER_PARKED_OFFSET, 1);
    // Full: the store of the flag comes before the load of the header, mirrored in
    // RingProducer.publish; docs/model/park.pml is the model of both.
    VarHandle.fullFence();
    if (isReady()) {
      INT.setOpaque(buffer, CONSUMER_PARKED_OFFSET, 0);
      return false;
    }
    return true;
  }

  /** Announces that the consumer is awake. */
  public void unpark() {
    // Opaque: pairs with the load in RingProducer.publish. Seen late, it costs only a needless
    // bell.
    INT.setOpaque(buffer, CONSUMER_PARKED_OFFSET, 0);
  }

  /** Takes one record. */
  @FunctionalInterface
  public interface RecordHandler {
    /**
     * Takes a record. The bytes may be read until this returns, and may change meanwhile when the
     * producer is hostile: read each length once.
     *
     * @param buffer holds the payload; only absolute reads within the bounds given are allowed
     * @param offset of the payload
     * @param length of the payload
     */
    void onRecord(ByteBuffer buffer, int offset, int length);
  }
}
