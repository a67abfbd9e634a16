package org.vertxipc.store;

import java.nio.ByteBuffer;
import org.vertxipc.posix.MappedChecksum;
import org.vertxipc.ring.RingRecovery.RecordCheck;

/**
 * What stands before each record of a ring that outlives its processes: a checksum and the record's
 * position, by which a torn record, or one of an earlier age, is told from an intact one. One
 * thread only.
 */
final class Envelope implements RecordCheck {
  /** Bytes before the record: CRC-32C of all that follows it here, 0, position. */
  static final int BYTES = 16;

  /** What a record is shorter than it might be, so that it can be kept aside with a mark. */
  static final int RESERVED = 24;

  private static final int POSITION = 8;

  private final MappedChecksum checksum = new MappedChecksum();

  /** Completes the envelope of a record that is filled in. */
  void seal(ByteBuffer ring, int at, int length, long position) {
    ring.putInt(at + 4, 0);
    ring.putLong(at + POSITION, position);
    ring.putInt(at, checksum.of(ring, at + 4, length - 4));
  }

  @Override
  public boolean isIntact(ByteBuffer ring, int at, int length, long position) {
    return length >= BYTES
        && ring.getLong(at + POSITION) == position
        && ring.getInt(at) == checksum.of(ring, at + 4, length - 4);
  }
}
