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

import java.nio.ByteBuffer;

/**
 * Repairs a ring in a file after processes, or the machine, ended at any moment, so that its pages
 * may be of different ages. The longest run of intact records from the consumer's position on is
 * kept; what follows is cut off. Nobody else is attached meanwhile.
 */
public final class RingRecovery {
  private RingRecovery() {}

  /** Decides whether a record is as it was written. */
  @FunctionalInterface
  public interface RecordCheck {
    /**
     * Returns whether the record is intact.
     *
     * @param buffer holds its payload
     * @param offset of the payload
     * @param length of the payload, within the ring's bounds
     * @param position of the record
     * @return false when it is torn, or was left from an earlier time
     */
    boolean isIntact(ByteBuffer buffer, int offset, int length, long position);
  }

  /**
   * The result of a repair.
   *
   * @param skipped bytes before the first intact record
   * @param kept bytes of intact records
   * @param cut whether something that is not an intact record followed
   */
  public record Result(long skipped, long kept, boolean cut) {}

  /**
   * Repairs a ring.
   *
   * @param buffer a ring with a valid header, in native order
   * @param check decides which records are intact
   * @return what was done
   * @throws CorruptRingException when the consumer's position is impossible
   */
  public static Result repair(ByteBuffer buffer, RecordCheck check) {
    return repair(buffer, buffer.capacity(), check);
  }

  /**
   * Repairs a ring of which a part was never written, so that its pages need not be looked at.
   *
   * @param buffer a ring with a valid header, in native order
   * @param written how many of its first bytes may be other than zeros
   * @param check decides which records are intact
   * @return what was done
   * @throws CorruptRingException when the consumer's position is impossible
   */
  public static Result repair(ByteBuffer buffer, long written, RecordCheck check) {
    int capacity = RingLayout.validate(buffer);
    long head = (long) LONG.getAcquire(buffer, HEAD_OFFSET);
    long tail = (long) LONG.getAcquire(buffer, TAIL_OFFSET);
    if (head < 0 || (head & 7) != 0) {
      throw new CorruptRingException("ring head " + head);
    }
    boolean plausible = tail >= head && tail - head <= capacity && (tail & 7) == 0;
    long start = head;
    while (start - head < capacity) {
      int index = (int) start & (capacity - 1);
      if (DATA_OFFSET + index >= written) {
        // No record is in what is zeros: the next may be at the ring's begin.
        start = Math.min(start + capacity - index, head + capacity);
      } else if (size(buffer, capacity, start, check) == 0) {
        start += 8;
      } else {
        break;
      }
    }
    if (start - head == capacity) {
      // No record is there. Positions continue from the highest, so that none is used twice.
      start = plausible ? tail : head;
    }
    long end = start;
    for (int size = size(buffer, capacity, end, check);
        size > 0 && end - start + size <= capacity - RECORD_HEADER;
        size = size(buffer, capacity, end, check)) {
      end += size;
    }
    int endAt = DATA_OFFSET + ((int) end & (capacity - 1));
    boolean cut = (long) LONG.get(buffer, endAt) != NO_RECORD;
    LONG.set(buffer, endAt, NO_RECORD);
    INT.set(buffer, CONSUMER_PARKED_OFFSET, 0);
    INT.set(buffer, PRODUCER_WAITING_OFFSET, 0);
    // Records written from now on have not been handed over, although there were others at these
    // positions once.
    LONG.set(buffer, RingLayout.REACHED_OFFSET, Math.min(end, reached(buffer)));
    // Release, both: they pair with the acquires in the constructors of the ends that attach after
    // this.
    LONG.setRelease(buffer, TAIL_OFFSET, end);
    LONG.setRelease(buffer, HEAD_OFFSET, start);
    return new Result(start - head, end - start, cut);
  }

  private static long reached(ByteBuffer buffer) {
    return (long) LONG.get(buffer, RingLayout.REACHED_OFFSET);
  }

  /** Returns the size of an intact record, 0 when there is none. */
  private static int size(ByteBuffer buffer, int capacity, long position, RecordCheck check) {
    int index = (int) position & (capacity - 1);
    long header = (long) LONG.get(buffer, DATA_OFFSET + index);
    int length = RingLayout.length(header);
    int room = capacity - index - RECORD_HEADER;
    if (length < 0 || length > room) {
      return 0;
    }
    boolean intact =
        switch (RingLayout.type(header)) {
          // Padding extends to the end; the record after it is checked in its turn.
          case TYPE_PADDING ->
              length == room
                  && RingLayout.type((long) LONG.get(buffer, DATA_OFFSET)) == TYPE_DATA
                  && size(buffer, capacity, position + RECORD_HEADER + length, check) > 0;
          case TYPE_DATA ->
              length <= RingLayout.maxPayload(capacity)
                  && check.isIntact(buffer, DATA_OFFSET + index + RECORD_HEADER, length, position);
          default -> false;
        };
    return intact ? align(length + RECORD_HEADER) : 0;
  }
}
