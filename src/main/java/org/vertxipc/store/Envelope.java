package org.vertxipc.store;

import java.nio.ByteBuffer;
import org.vertxipc.posix.MappedChecksum;
import org.vertxipc.ring.RingRecovery.RecordCheck;

/**
 * What stands before each record of a ring that outlives its processes: a checksum and the record's
 * position, by which a torn record, or one of an earlier age, is told from an intact one; and
 * before that, in a file that its reader alone writes to, a mark that may change. One thread only.
 */
final class Envelope implements RecordCheck {
  /** Bytes of a mark. */
  static final int MARK = 8;

  /** Bytes before the record: CRC-32C of all that follows it here, 0, position. */
  static final int BYTES = 16;

  private static final int POSITION = 8;

  private final MappedChecksum checksum = new MappedChecksum();
  private final int before;

  /**
   * Envelopes.
   *
   * @param marked whether a mark stands before each
   */
  Envelope(boolean marked) {
    this.before = marked ? MARK : 0;
  }

  /** Bytes before the record in all. */
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

  /** The checksum in an envelope without a mark. */
  static int checksum(ByteBuffer ring, int at) {
    return ring.getInt(at);
  }

  /** The position in an envelope without a mark. */
  static long position(ByteBuffer ring, int at) {
    return ring.getLong(at + POSITION);
  }
}
