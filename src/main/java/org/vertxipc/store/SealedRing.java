package org.vertxipc.store;

import java.nio.ByteBuffer;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.ring.RingProducer;

/**
 * Writes records to the ring of a store, each in its envelope, and has them synced to disk. Where
 * that is configured, released room is overwritten only when the disk knows that it is released.
 * Memory faults are thrown. One thread only: the reactor's.
 */
final class SealedRing {
  private static final int RECORD_BYTES = 32;

  private final StoreFile file;
  private final ByteBuffer buffer;
  private final Envelope envelope;
  private final RingProducer producer;
  private final StoreSync sync;
  private final int maxRecord;
  private final Runnable onParked;
  private final Runnable onRoom;
  private final Runnable whole;
  // Whether a claim was refused because the disk does not yet know what the reader has released.
  private boolean starved;
  private int claimedAt;
  private int claimedLength;

  /**
   * Creates a ring.
   *
   * @param file it is in
   * @param envelope of its records
   * @param sync brings it to the disk
   * @param reserved how many bytes shorter records are than the ring would allow
   * @param onParked is told when the reader sleeps, and something has been published
   * @param onRoom is told when there may be room after all, because the disk has been brought up to
   *     date
   */
  SealedRing(
      StoreFile file,
      Envelope envelope,
      StoreSync sync,
      int reserved,
      Runnable onParked,
      Runnable onRoom) {
    this.file = file;
    this.buffer = file.buffer();
    this.envelope = envelope;
    this.producer = new RingProducer(buffer);
    this.sync = sync;
    this.maxRecord = producer.maxPayload() - envelope.bytes() - reserved;
    this.onParked = onParked;
    this.onRoom = onRoom;
    this.whole = file::requireWhole;
    if (sync.isWanted()) {
      producer.reuseUpTo(file.synced());
      sync.onReleased(producer::released, this::released);
    }
  }

  private void released(long position) {
    producer.reuseUpTo(position);
    if (starved) {
      starved = false;
      onRoom.run();
    }
  }

  StoreFile file() {
    return file;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Returns the longest record, in bytes. */
  int maxRecord() {
    return maxRecord;
  }

  /** Claims room for a record; returns where it goes, or RingProducer.FULL. */
  int claim(int length) {
    int total = length + envelope.bytes();
    int at = producer.claim(total);
    if (at == RingProducer.FULL) {
      publish();
      if (!producer.awaitRoom(total)) {
        askForMore();
        return RingProducer.FULL;
      }
      at = producer.claim(total);
    }
    claimedAt = at;
    claimedLength = total;
    return at + envelope.bytes();
  }

  /** There is no room, perhaps only because the disk does not know what the reader released. */
  private void askForMore() {
    if (!starved && producer.couldReuse()) {
      starved = true;
      sync.hasten();
    }
  }

  /** Completes the last claimed record. */
  void commit() {
    envelope.seal(buffer, claimedAt, claimedLength, producer.claimedPosition());
    producer.commit();
  }

  /** Returns the position of the claimed record, or the position behind the committed one. */
  long position() {
    return producer.claimedPosition();
  }

  long unpublished() {
    return producer.unpublished();
  }

  /** Publishes committed records to the reader. */
  void publish() {
    if (producer.unpublished() > 0) {
      boolean parked = producer.publish();
      sync.written();
      if (parked) {
        onParked.run();
      }
    }
  }

  /** Returns whether this many bytes can surely be written, in as many records as they need. */
  boolean hasRoom(long bytes) {
    long records = bytes / maxRecord + 1;
    // Each record has its envelope, header and padding, and a fragment's own header; and at the end
    // of the ring up to the longest record may stay unused.
    boolean room =
        producer.hasRoom(bytes + records * (envelope.bytes() + RECORD_BYTES) + maxRecord);
    MemoryFaults.raise(whole);
    if (!room) {
      askForMore();
    }
    return room;
  }

  /** Fails when the file was truncated and this has been noticed since. */
  void raiseFault() {
    MemoryFaults.raise(whole);
  }
}
