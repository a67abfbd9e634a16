package org.vertxipc.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Mapping;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingConsumer.RecordHandler;
import org.vertxipc.ring.RingProducer;
import org.vertxipc.store.AckWindow.Kept;
import org.vertxipc.wire.FrameSender.Completion;

/**
 * Messages that a reader keeps aside, in a store that only it writes and reads. Each record is one
 * of the writer's, with its envelope, behind a mark. Memory faults are thrown. One thread only: the
 * reactor's.
 */
final class ParkedStore {
  /** The bytes before a record of the writer's. */
  static final int HEAD = Envelope.MARK + Envelope.BYTES;

  /** The mark of the first record of a message: it is being copied. */
  static final long COPYING = 0;

  /** The mark of the first record of a message: the message is complete, and is to be delivered. */
  static final long NEEDED = 1;

  /** The mark of the first record of a message: nobody needs it any more. */
  static final long DONE = 2;

  /** The mark of a further record of a message. */
  static final long MORE = 3;

  /** Is told what happens. */
  interface Events {
    /** There may be room again. */
    void onRoom();

    /** A fault occurred while something was marked as done. */
    void onFault(Throwable fault);
  }

  private final StoreSync sync;
  private final SealedRing ring;
  private final RingConsumer consumer;
  private final Events events;
  private final AckWindow window = new AckWindow(this::release, this::done);
  private long released;
  private long waiting;
  private boolean closed;

  /**
   * Creates a store in which nothing is kept yet.
   *
   * @param reactor brings it to the disk
   * @param options says whether to
   * @param file the store, which this object closes
   * @param events is told what happens
   */
  ParkedStore(Reactor reactor, MappedOptions options, StoreFile file, Events events) {
    this.sync = new StoreSync(reactor, options, file);
    this.events = events;
    this.ring = new SealedRing(file, new Envelope(true), sync, 0, () -> {}, events::onRoom);
    this.consumer = new RingConsumer(file.buffer(), false);
    this.released = consumer.position();
  }

  StoreFile file() {
    return ring.file();
  }

  /** Returns how many bytes of records fit. */
  int capacity() {
    return consumer.capacity();
  }

  /** Returns how many bytes are in use. */
  long held() {
    return ring.position() - released;
  }

  /** Returns how many of these bytes are still needed. */
  long waiting() {
    return waiting;
  }

  /** Returns what is kept, in file order. */
  AckWindow window() {
    return window;
  }

  boolean hasRoom(long bytes) {
    return ring.hasRoom(bytes);
  }

  /** Returns where the next record goes, or an earlier position, if it does not fit there. */
  long position() {
    return ring.position();
  }

  /**
   * Writes a record, and makes it visible to whoever opens the file next.
   *
   * @param mark {@link #COPYING} or {@link #MORE}
   * @param from holds a record of the writer's, with its envelope
   * @param at its offset
   * @param length its length
   * @return its position, or -1 when there is no room
   */
  long append(long mark, ByteBuffer from, int at, int length) {
    if (length > ring.maxRecord()) {
      return -1;
    }
    int to = ring.claim(length);
    if (to == RingProducer.FULL) {
      return -1;
    }
    long position = ring.position();
    ring.buffer().put(to, from, at, length);
    ring.commit();
    ring.buffer().putLong(to - HEAD, mark);
    ring.publish();
    return position;
  }

  /** Keeps what an earlier process left, and returns the messages that are needed. */
  List<Waiting> restore(ParkedScan scan) {
    List<Waiting> needed = new ArrayList<>();
    for (ParkedScan.Found found : scan.found()) {
      Kept kept = window.keep(found.start(), found.end());
      waiting += kept.size();
      if (found.needed()) {
        needed.add(new Waiting(found.origin(), kept));
      } else {
        kept.done();
      }
    }
    needed.sort(Comparator.comparingLong(Waiting::sequence));
    return needed;
  }

  /**
   * A message that an earlier process left.
   *
   * @param origin where it was in the store of its writer
   * @param kept where it is
   */
  record Waiting(ParkedScan.Origin origin, Kept kept) {
    /** Returns its number. */
    long sequence() {
      return origin.sequence();
    }
  }

  /** Keeps the copy of a message that is complete. */
  Kept keep(long start, long end, AckWindow.Ticket ticket) {
    mark(start, NEEDED);
    waiting += end - start;
    return window.keep(start, end, ticket);
  }

  /** Discards the copied part of a message. */
  void drop(long start, long end) {
    Kept part = window.keep(start, end);
    waiting += part.size();
    part.done();
  }

  private void done(Kept kept) {
    waiting -= kept.size();
    try {
      mark(kept.start(), DONE);
      Mapping.raiseFault();
    } catch (CorruptRingException | InternalError e) {
      events.onFault(e);
    }
  }

  private void mark(long position, long mark) {
    reread(position, (in, at, length) -> in.putLong(at, mark));
  }

  /** Hands over a record, with its head; returns the position behind it. */
  long reread(long position, RecordHandler handler) {
    try {
      return consumer.reread(position, ring.position(), handler);
    } finally {
      // Also when it fails: truncated memory may look like a corrupt ring.
      Mapping.raiseFault();
    }
  }

  private void release(long end) {
    if (closed) {
      return;
    }
    released = end;
    try {
      consumer.release(end);
      Mapping.raiseFault();
    } catch (InternalError e) {
      events.onFault(e);
      return;
    }
    events.onRoom();
  }

  /** Calls back when what was written is as durable as it was in the store that it comes from. */
  void whenAsSafe(Completion safe) {
    sync.whenOnDisk(safe);
  }

  /** Fails with a CorruptRingException when the memory was truncated. */
  void requireWhole() {
    file().requireWhole();
  }

  /** Closes it because it is broken. Those who wait for durability are told that there is none. */
  void abandon(Runnable onClosed) {
    closed = true;
    window.close();
    sync.abandon(onClosed);
  }

  /**
   * Closes it; needed messages stay.
   *
   * @param onClosed called when the file is closed
   */
  void close(Runnable onClosed) {
    closed = true;
    window.close();
    sync.close(onClosed);
  }
}
