package org.vertxipc.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.posix.FileWindow;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingConsumer.RecordHandler;

/**
 * What a reader of a store is far behind with: read by {@code pread(2)} into memory of its own,
 * because the first touch of each page of a mapping costs more than the copy. A reader that has
 * caught up uses the mapping, of which it then touches few pages. One thread only.
 */
final class Backlog {
  // Less than this is read by the mapping.
  private static final int LEAST = 64 << 10;
  private static final int MOST = 256 << 10;

  private final StoreFile file;
  private final RingConsumer consumer;
  private FileWindow window;
  // The position of the first byte in the window, and how many follow.
  private long from;
  private int filled;
  // Whether there may be more than fits into a turn: what was there when it was opened, or the last
  // turn's share was used up.
  private boolean behind = true;

  Backlog(StoreFile file, RingConsumer consumer) {
    this.file = file;
    this.consumer = consumer;
  }

  /** Returns whether a copy of the next record is here. */
  boolean isReady() {
    long at = consumer.position() - from;
    return at >= 0 && at < filled;
  }

  /** Returns whether a record is in a copy, which others no longer change. */
  @SuppressWarnings("ReferenceEquality") // The same bytes elsewhere are not in the copy.
  boolean holds(ByteBuffer record) {
    return window != null && record == window.bytes();
  }

  /** Returns what holds the copy; null before there was one. */
  FileWindow window() {
    return window;
  }

  /**
   * Takes records from a copy.
   *
   * @return the bytes taken; 0 when the mapping is to be used
   */
  int take(RecordHandler records, int maxBytes) throws PosixException {
    boolean fresh = !isReady();
    if (fresh && !fill()) {
      return 0;
    }
    int taken = poll(records, maxBytes);
    if (taken == 0 && !fresh && fill()) {
      // A part of the next record was at the end of the copy.
      taken = poll(records, maxBytes);
    }
    behind = true;
    return taken;
  }

  private int poll(RecordHandler records, int maxBytes) {
    int taken = consumer.pollCopy(window.bytes(), from, filled, records, maxBytes);
    if (taken < maxBytes && isReady()) {
      // The next record is not whole here: the next copy begins with it, or it is longer than a
      // copy, and the mapping has it.
      filled = 0;
    }
    return taken;
  }

  /** The mapping was used, for so many bytes of a turn's share. */
  void tookMapped(int bytes, int maxBytes) {
    behind = bytes >= maxBytes;
  }

  private boolean fill() throws PosixException {
    filled = 0;
    if (!behind) {
      return false;
    }
    long position = consumer.position();
    // What is before the producer's position stays as it is until it is released.
    long there = consumer.published() - position;
    // A hostile producer may say anything.
    if (there < LEAST || there > consumer.capacity()) {
      return false;
    }
    if (window == null) {
      window = new FileWindow(MOST, ByteOrder.nativeOrder());
    }
    int length = (int) Math.min(Math.min(MOST, there), consumer.untilEnd(position));
    if (file.read(window, consumer.offset(position), length) < length) {
      // Somebody truncated it, as the mapping will say.
      return false;
    }
    from = position;
    filled = length;
    return true;
  }
}
