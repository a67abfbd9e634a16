package org.vertxipc.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The words of memory that all members of a cluster share, and in which order they are loaded and
 * stored. It knows nothing of files: whoever uses it looks for faults of memory.
 *
 * <p>{@link #head()} is the one commit point: the generation of the log in its upper bits and the
 * end of what is committed, in units of eight bytes, in its lower ones. It is stored with release
 * after everything that it makes known, and loaded with acquire before any of that is read.
 */
final class Words {
  /** "VXIPCLOG" in byte order. */
  static final long MAGIC = 0x474F4C4350495856L;

  static final int VERSION = 1;

  private static final int MAGIC_OFFSET = 0;
  private static final int VERSION_OFFSET = 8;
  private static final int HEAD_OFFSET = 128;
  private static final int WRITER_OFFSET = 256;
  private static final int ASLEEP_OFFSET = 4096;
  // A line of the cache for each, so that members that fall asleep don't disturb each other.
  private static final int ASLEEP_STEP = 64;
  private static final int POSITION_BITS = 28;
  private static final int UNIT_BITS = 3;
  private static final long LAST_GENERATION = -1L >>> POSITION_BITS;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final ByteBuffer buffer;

  /**
   * The words in some memory.
   *
   * @param buffer direct, of {@link #size} bytes, zero at the beginning
   */
  Words(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** How many bytes they take for that many members. */
  static int size(int slots) {
    return ASLEEP_OFFSET + slots * ASLEEP_STEP;
  }

  // What this memory is.

  /** Makes empty memory usable. */
  void ensureFormat() {
    if (magic() == 0) {
      INT.set(buffer, VERSION_OFFSET, VERSION);
      // Pairs with magic.
      LONG.setRelease(buffer, MAGIC_OFFSET, MAGIC);
    }
  }

  long magic() {
    // Pairs with ensureFormat.
    return (long) LONG.getAcquire(buffer, MAGIC_OFFSET);
  }

  int version() {
    return (int) INT.get(buffer, VERSION_OFFSET);
  }

  // Whose turn it is, for people.

  void writer(int pid) {
    INT.setOpaque(buffer, WRITER_OFFSET, pid);
  }

  int writer() {
    return (int) INT.getOpaque(buffer, WRITER_OFFSET);
  }

  // What is committed.

  /** Returns what is committed; everything before it is seen by whoever has called this. */
  long head() {
    // Pairs with commit.
    return (long) LONG.getAcquire(buffer, HEAD_OFFSET);
  }

  /** Commits everything that was written before, and returns what {@link #head()} is then. */
  long commit(long generation, int position) {
    long head = head(generation, position);
    // Pairs with head.
    LONG.setRelease(buffer, HEAD_OFFSET, head);
    // Pairs with fallAsleep: either the sleeper sees the new head, or this process sees that it
    // sleeps.
    VarHandle.fullFence();
    return head;
  }

  /** The generation that comes after another: it begins again when there are no more numbers. */
  static long next(long generation) {
    return generation < LAST_GENERATION ? generation + 1 : 1;
  }

  static long head(long generation, int position) {
    return generation << POSITION_BITS | position >>> UNIT_BITS;
  }

  static long generation(long head) {
    return head >>> POSITION_BITS;
  }

  static int position(long head) {
    return (int) ((head & (1L << POSITION_BITS) - 1) << UNIT_BITS);
  }

  // Who sleeps.

  /** A member wants to be woken; it looks for news once more after this. */
  void fallAsleep(int slot) {
    INT.setOpaque(buffer, at(slot), 1);
    // Pairs with commit.
    VarHandle.fullFence();
  }

  /** Whether a member wants to be woken. */
  boolean isAsleep(int slot) {
    return (int) INT.getOpaque(buffer, at(slot)) != 0;
  }

  /** Returns true for one of those who want to wake it. */
  boolean wake(int slot) {
    return (int) INT.getAndSet(buffer, at(slot), 0) != 0;
  }

  private static int at(int slot) {
    return ASLEEP_OFFSET + slot * ASLEEP_STEP;
  }
}
