package org.vertxipc.store;

import java.nio.ByteBuffer;
import org.vertxipc.posix.FileWindow;
import org.vertxipc.posix.MappedChecksum;
import org.vertxipc.ring.RingRecovery.RecordCheck;

/**
 * The envelope before each record of a ring that outlives its processes: a checksum and the
 * record's position, which distinguish an intact record from one that is torn or left from an
 * earlier time. In a file that only its reader writes to, a mark that may change comes first. One
 * thread only.
 */
final class Envelope implements RecordCheck {
  /** The length of a mark in bytes. */
  static final int MARK = 8;

  /** The length of the envelope in bytes: CRC-32C of everything after it, 0, position. */
  static final int BYTES = 16;

  private static final int POSITION = 8;

  private final MappedChecksum checksum = new MappedChecksum();
  private final int before;

  /**
   * Creates envelopes.
   *
   * @param marked whether a mark comes before each
   */
  Envelope(boolean marked) {
    this.before = marked ? MARK : 0;
  }

  /** Returns how many bytes come before a record in all. */
  int bytes() {
    return before + BYTES;
  }

  /** Completes the envelope of a record that is filled in. */
  void seal(ByteBuffer ring, int start, int length, long position) {
    if (before > 0) {
      ring.putLong(start, 0);
    }
    int at = start + before;
    ring.putInt(at + 4, 0);
    ring.putLong(at + POSITION, position);
    ring.putInt(at, checksum.of(ring, at + 4, length - before - 4));
  }

  @Override
  public boolean isIntact(ByteBuffer ring, int start, int length, long position) {
    int at = start + before;
    return length >= before + BYTES
        && ring.getLong(at + POSITION) == position
        && ring.getInt(at) == checksum.of(ring, at + 4, length - before - 4);
  }

  /** Returns whether a record in a copy is intact. */
  boolean isIntact(FileWindow copy, ByteBuffer record, int start, int length, long position) {
    int at = start + before;
    return length >= before + BYTES
        && record.getLong(at + POSITION) == position
        && record.getInt(at) == copy.checksum(at + 4, length - before - 4);
  }

  /** Returns the checksum in an envelope without a mark. */
  static int checksum(ByteBuffer ring, int at) {
    return ring.getInt(at);
  }

  /** Returns the position in an envelope without a mark. */
  static long position(ByteBuffer ring, int at) {
    return ring.getLong(at + POSITION);
  }
}
