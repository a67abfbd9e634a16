package org.vertxipc.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of a ring; {@code docs/wire.md} has the same table for other languages.
 *
 * <p>Positions count bytes since the ring was made and never wrap; the offset in the data is {@code
 * position & (capacity - 1)}. Each position and flag has a pair of cache lines of its own: two
 * adjacent lines, because processors prefetch lines in pairs.
 */
public final class RingLayout {
  /** "VXIPCRNG" in byte order. */
  static final long MAGIC = 0x474E52435049_5856L;

  /** The version of this layout. */
  static final int VERSION = 2;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 8;
  static final int CAPACITY_OFFSET = 16;

  /**
   * The producer's position: all bytes before it are published. The consumer finds records by their
   * headers and does not read this position, which saves it a cache line that the producer keeps
   * writing.
   */
  static final int TAIL_OFFSET = 128;

  /** The consumer's position: all bytes before it may be overwritten. */
  static final int HEAD_OFFSET = 256;

  /** 1 while the consumer sleeps and wants the doorbell rung when something is published. */
  static final int CONSUMER_PARKED_OFFSET = 384;

  /** 1 while the producer waits for room and wants the doorbell rung when there is room. */
  static final int PRODUCER_WAITING_OFFSET = 512;

  /**
   * In a ring that outlives its processes: all records before this position may have been handed
   * over.
   */
  static final int REACHED_OFFSET = 640;

  /** The bytes from here to {@link #DATA_OFFSET} belong to the user of the ring. */
  public static final int USER_OFFSET = 896;

  /** Where the data starts. */
  static final int DATA_OFFSET = 1024;

  /**
   * A record: its header, which consists of the payload's length and its type, both int; then the
   * payload, padded to 8 bytes. Where no record is published yet there is a header of zeros.
   */
  static final int RECORD_HEADER = 8;

  static final long NO_RECORD = 0;

  static final int ALIGNMENT = 8;
  static final int TYPE_DATA = 1;
  static final int TYPE_PADDING = 2;

  /** The smallest capacity, in bytes. */
  public static final int MIN_CAPACITY = 4096;

  /** The largest capacity, in bytes. */
  public static final int MAX_CAPACITY = 1 << 30;

  static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private RingLayout() {}

  /**
   * Returns how many bytes a ring takes.
   *
   * @param capacity of the data: a power of two, {@link #MIN_CAPACITY} to {@link #MAX_CAPACITY}
   * @return header and data together
   */
  public static int size(int capacity) {
    requireCapacity(capacity);
    return DATA_OFFSET + capacity;
  }

  /**
   * Returns the longest payload of one record: an eighth of the ring, so that a long message flows
   * through in fragments while the consumer already works on the first.
   *
   * @param capacity of the data
   * @return in bytes
   */
  public static int maxPayload(int capacity) {
    return capacity / 8 - RECORD_HEADER;
  }

  /**
   * Makes an empty ring from zeroed bytes. Everything else is zero already; the magic comes last.
   *
   * @param buffer {@link #size} bytes
   * @param capacity of the data
   */
  public static void initialize(ByteBuffer buffer, int capacity) {
    initialize(buffer, capacity, 0);
  }

  /**
   * Makes an empty ring from zeroed bytes, whose positions continue those of another ring.
   * Everything else is zero already; the magic comes last.
   *
   * @param buffer {@link #size} bytes
   * @param capacity of the data
   * @param position the first, a multiple of 8
   */
  public static void initialize(ByteBuffer buffer, int capacity, long position) {
    requireCapacity(capacity);
    if (position < 0 || position % ALIGNMENT != 0) {
      throw new IllegalArgumentException("ring position " + position);
    }
    LONG.set(buffer, TAIL_OFFSET, position);
    LONG.set(buffer, HEAD_OFFSET, position);
    LONG.set(buffer, REACHED_OFFSET, position);
    INT.set(buffer, VERSION_OFFSET, VERSION);
    LONG.set(buffer, CAPACITY_OFFSET, (long) capacity);
    // Release: pairs with the acquire in validate() and hasMagic(), so that the header is complete
    // by then.
    LONG.setRelease(buffer, MAGIC_OFFSET, MAGIC);
  }

  /**
   * Checks the header of a ring that another process may have written.
   *
   * @param buffer the mapped bytes
   * @return the capacity: the buffer holds that much data
   * @throws CorruptRingException when it is not a ring, has another version, or too short
   */
  public static int validate(ByteBuffer buffer) {
    if (buffer.capacity() < DATA_OFFSET) {
      throw new CorruptRingException("too short for a ring header: " + buffer.capacity());
    }
    // Acquire: pairs with the release in initialize().
    long magic = (long) LONG.getAcquire(buffer, MAGIC_OFFSET);
    if (magic != MAGIC) {
      throw new CorruptRingException(String.format("not a ring: magic %016x", magic));
    }
    int version = (int) INT.get(buffer, VERSION_OFFSET);
    if (version != VERSION) {
      throw new CorruptRingException(
          "ring layout of version " + version + ", this is version " + VERSION);
    }
    long capacity = (long) LONG.get(buffer, CAPACITY_OFFSET);
    if (!validCapacity(capacity) || capacity + DATA_OFFSET > buffer.capacity()) {
      throw new CorruptRingException(
          "ring capacity " + capacity + " in a file of " + buffer.capacity() + " bytes");
    }
    return (int) capacity;
  }

  /**
   * Returns whether this may be a ring, of any version.
   *
   * @param buffer some bytes, which may be read-only
   * @return true when they start as a ring does
   */
  public static boolean hasMagic(ByteBuffer buffer) {
    return buffer.capacity() >= DATA_OFFSET
        && (long) LONG.getAcquire(buffer, MAGIC_OFFSET) == MAGIC;
  }

  private static void requireCapacity(int capacity) {
    if (!validCapacity(capacity)) {
      throw new IllegalArgumentException(
          "ring capacity "
              + capacity
              + ": a power of two from "
              + MIN_CAPACITY
              + " to "
              + MAX_CAPACITY
              + " is needed");
    }
  }

  private static boolean validCapacity(long capacity) {
    return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Long.bitCount(capacity) == 1;
  }

  /** Returns the two ints as the one long that is stored and loaded. */
  static long header(int length, int type) {
    return LITTLE_ENDIAN
        ? (long) type << 32 | (length & 0xffff_ffffL)
        : (long) length << 32 | (type & 0xffff_ffffL);
  }

  static int length(long header) {
    return (int) (LITTLE_ENDIAN ? header : header >>> 32);
  }

  static int type(long header) {
    return (int) (LITTLE_ENDIAN ? header >>> 32 : header);
  }

  static int align(int length) {
    return (length + (ALIGNMENT - 1)) & -ALIGNMENT;
  }
}
