package org.vertxipc.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vertxipc.ring.RingConsumer;

/**
 * Reads what an earlier process left in a file of messages that were kept aside: complete ones,
 * parts of messages that were being copied, and messages that are there twice because they were
 * being moved. Creating one takes as long as reading the file, so it is done on a worker thread.
 */
final class ParkedScan {
  private final List<Found> found = new ArrayList<>();
  private final Set<Origin> origins = new HashSet<>();
  private final RingConsumer consumer;

  /**
   * Where a message was in the store of its writer.
   *
   * @param sequence its position
   * @param checksum of its first record
   */
  record Origin(long sequence, int checksum) {}

  /**
   * A message, or a part of one.
   *
   * @param origin where it comes from
   * @param start of its first record
   * @param end of its last record
   * @param needed whether it is to be delivered
   */
  record Found(Origin origin, long start, long end, boolean needed) {}

  /** Reads the file. */
  ParkedScan(StoreFile file) {
    consumer = new RingConsumer(file.buffer(), false);
    while (consumer.poll(this::onRecord, consumer.capacity()) > 0) {
      // the next
    }
  }

  private void onRecord(ByteBuffer in, int at, int length) {
    long mark = in.getLong(at);
    int envelope = at + ParkedStore.HEAD;
    long end = consumer.position();
    if (mark != ParkedStore.MORE && length >= ParkedStore.HEAD + Envelope.BYTES) {
      Origin origin = new Origin(Envelope.position(in, envelope), Envelope.checksum(in, envelope));
      boolean needed = mark == ParkedStore.NEEDED && origins.add(origin);
      found.add(new Found(origin, consumer.recordPosition(), end, needed));
    } else if (!found.isEmpty()) {
      Found last = found.remove(found.size() - 1);
      found.add(new Found(last.origin, last.start, end, last.needed));
    }
  }

  /** Returns all messages as they are in the file. */
  List<Found> found() {
    return found;
  }

  /** Returns the origins of those that are to be delivered. */
  Set<Origin> origins() {
    return origins;
  }
}
