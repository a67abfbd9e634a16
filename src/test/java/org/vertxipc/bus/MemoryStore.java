package org.vertxipc.bus;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vertxipc.store.Outbox;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;

/** A store in memory, from one node to another: it outlives both. */
final class MemoryStore implements Outbox {
  private final MemoryBus bus;
  private final String from;
  private final String to;
  // What follows is guarded by this object: two loops meet here.
  private final Map<Long, ByteBuffer> kept = new TreeMap<>();
  private final Set<Long> handedOver = new HashSet<>();
  private final Set<Long> redelivered = new HashSet<>();
  private long sequence;
  private boolean writerWaits;

  MemoryStore(MemoryBus bus, String from, String to) {
    this.bus = bus;
    this.from = from;
    this.to = to;
  }

  @Override
  public boolean offer(FrameWriter frame, FrameSender.Completion safe) {
    synchronized (this) {
      if (kept.size() >= bus.storeRoom()) {
        writerWaits = true;
        return false;
      }
      ByteBuffer bytes = ByteBuffer.allocate(frame.length());
      frame.write(bytes, 0);
      kept.put(sequence++, bytes);
    }
    if (safe != null) {
      safe.done(true);
    }
    wakeReader();
    return true;
  }

  @Override
  public synchronized boolean isFull() {
    boolean full = kept.size() >= bus.storeRoom();
    writerWaits |= full;
    return full;
  }

  @Override
  public int maxMessage() {
    return 4_096;
  }

  synchronized int size() {
    return kept.size();
  }

  void wakeReader() {
    MemoryNode reader = bus.node(to);
    if (reader != null) {
      reader.context().runOnContext(v -> read(reader));
    }
  }

  /** A new incarnation of the reader: what the last one has not finished comes again. */
  synchronized void readAnew() {
    redelivered.addAll(handedOver);
    handedOver.clear();
  }

  private void read(MemoryNode reader) {
    List<Long> next = new ArrayList<>();
    synchronized (this) {
      for (long number : kept.keySet()) {
        if (reader.isReading() && handedOver.add(number)) {
          next.add(number);
        }
      }
    }
    for (long number : next) {
      ByteBuffer bytes;
      boolean again;
      synchronized (this) {
        bytes = kept.get(number);
        again = redelivered.contains(number);
      }
      bus.moved();
      reader.onStored(
          new StoredMessage(from, number, again, () -> done(number)),
          new Frame().set(bytes, 0, bytes.capacity(), null, 0));
    }
  }

  private void done(long number) {
    boolean tell;
    synchronized (this) {
      if (kept.remove(number) == null) {
        throw new IllegalStateException("done twice: " + number);
      }
      tell = writerWaits;
      writerWaits = false;
    }
    MemoryNode writer = bus.node(from);
    if (tell && writer != null) {
      writer.context().runOnContext(v -> writer.drained(to));
    }
  }
}
