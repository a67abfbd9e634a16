package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;

/**
 * One way from a node to another in memory, as strict as a channel may be: what is not flushed does
 * not arrive, and room is limited. It can be held, so that a test decides what happens while
 * messages are under way.
 */
final class MemoryLink {
  private final MemoryBus bus;
  private final MemoryBus.Terms terms;
  private final Random random;
  private final ContextInternal writer;
  private final ContextInternal reader;
  private final Out out = new Out();
  private final In in = new In();
  // What follows is guarded by this object: two loops meet here.
  private final Queue<Written> records;
  private final ArrayDeque<Written> unflushed = new ArrayDeque<>();
  private InboundHandler reading;
  private OutboundHandler writing;
  private int used;
  private long number;
  private boolean writerWaits;
  private boolean queued;
  private boolean paused;
  private boolean held;
  private boolean writerClosed;
  private boolean readerClosed;
  private boolean broken;
  private int turns;

  MemoryLink(MemoryBus bus, long seed, ContextInternal writer, ContextInternal reader) {
    this.bus = bus;
    this.terms = bus.terms();
    this.random = new Random(seed);
    this.writer = writer;
    this.reader = reader;
    this.records = terms.priorities() ? new PriorityQueue<>() : new ArrayDeque<>();
  }

  /** The end of the writer, which is told what happens to the link. */
  synchronized OutboundChannel out(OutboundHandler handler) {
    writing = handler;
    return out;
  }

  InboundChannel in() {
    return in;
  }

  private record Written(ByteBuffer bytes, int priority, long number)
      implements Comparable<Written> {
    @Override
    public int compareTo(Written other) {
      return priority != other.priority
          ? Integer.compare(other.priority, priority)
          : Long.compare(number, other.number);
    }
  }

  /** Returns whether something is about to be read. */
  synchronized boolean isBusy() {
    return queued || (canRead() && !records.isEmpty());
  }

  /** Holds everything, or lets through what waits and all that follows. */
  synchronized void hold(boolean held) {
    this.held = held;
    wakeReader();
  }

  private boolean canRead() {
    return reading != null && !paused && !held && !readerClosed && !broken;
  }

  private synchronized void wakeReader() {
    if (!queued && canRead() && (!records.isEmpty() || writerClosed)) {
      queued = true;
      turns = terms.mostTurns() == 0 ? 0 : random.nextInt(terms.mostTurns() + 1);
      nextTurn();
    }
  }

  private void nextTurn() {
    // A task that queues itself would never let the loop get further than its own queue.
    reader.nettyEventLoop().execute(() -> reader.dispatch(this::turn));
  }

  private void turn() {
    List<Written> batch = new ArrayList<>();
    InboundHandler handler;
    boolean roomMade;
    boolean ended;
    synchronized (this) {
      if (turns-- > 0) {
        nextTurn();
        return;
      }
      queued = false;
      if (!canRead()) {
        return;
      }
      handler = reading;
      int most = terms.mostTurns() == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(8);
      while (batch.size() < most && !records.isEmpty()) {
        Written next = records.poll();
        used -= next.bytes.capacity();
        batch.add(next);
      }
      roomMade = writerWaits && !batch.isEmpty();
      writerWaits &= !roomMade;
      ended = batch.isEmpty() && writerClosed;
      broken |= ended;
    }
    if (roomMade) {
      toWriter(OutboundHandler::onRoom);
    }
    give(batch, handler);
    if (ended) {
      handler.onBroken(null);
    }
    wakeReader();
  }

  private void give(List<Written> batch, InboundHandler handler) {
    for (Written record : batch) {
      if (isReaderClosed()) {
        return;
      }
      bus.moved();
      try {
        if (terms.priorities()) {
          handler.onPriority(record.priority);
        }
        handler.onRecord(record.bytes, 0, record.bytes.capacity());
      } catch (RuntimeException e) {
        synchronized (this) {
          broken = true;
        }
        handler.onBroken(e);
        return;
      }
    }
    if (!batch.isEmpty() && !isReaderClosed()) {
      handler.onBatchEnd();
    }
  }

  private synchronized boolean isReaderClosed() {
    return readerClosed;
  }

  private void toWriter(Consumer<OutboundHandler> task) {
    writer.runOnContext(
        v -> {
          OutboundHandler handler;
          synchronized (this) {
            handler = writerClosed ? null : writing;
          }
          if (handler != null) {
            task.accept(handler);
          }
        });
  }

  private final class Out implements OutboundChannel {
    private int priority;

    @Override
    public int maxRecord() {
      return terms.maxRecord();
    }

    @Override
    public boolean ordersByPriority() {
      return terms.priorities();
    }

    @Override
    public void setPriority(int priority) {
      this.priority = priority;
    }

    @Override
    public boolean write(int length, RecordWriter record) {
      synchronized (MemoryLink.this) {
        if (writerClosed || readerClosed) {
          return false;
        }
        if (used > 0 && used + length > terms.room()) {
          writerWaits = true;
          flush();
          return false;
        }
      }
      // Filling in the record may fail; then nothing is written.
      ByteBuffer bytes = ByteBuffer.allocate(length);
      record.write(bytes, 0);
      synchronized (MemoryLink.this) {
        used += length;
        unflushed.add(new Written(bytes, priority, number++));
      }
      return true;
    }

    @Override
    public void flush() {
      synchronized (MemoryLink.this) {
        records.addAll(unflushed);
        unflushed.clear();
        wakeReader();
      }
    }

    @Override
    public boolean isFlushed() {
      synchronized (MemoryLink.this) {
        return unflushed.isEmpty();
      }
    }

    @Override
    public void nudge() {
      // The writer is told of room as soon as there is some.
    }

    @Override
    public void close() {
      synchronized (MemoryLink.this) {
        writerClosed = true;
        unflushed.clear();
        wakeReader();
      }
    }
  }

  private final class In implements InboundChannel {
    @Override
    public void start(InboundHandler handler) {
      synchronized (MemoryLink.this) {
        reading = handler;
        wakeReader();
      }
    }

    @Override
    public void setPaused(boolean pause) {
      synchronized (MemoryLink.this) {
        paused = pause;
        wakeReader();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryLink.this) {
        if (readerClosed) {
          return;
        }
        readerClosed = true;
        records.clear();
      }
      toWriter(handler -> handler.onBroken(null));
    }
  }
}
