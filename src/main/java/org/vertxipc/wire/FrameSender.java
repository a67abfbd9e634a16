package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

/**
 * Writes frames into a record sink: in place when there is room, otherwise from a queue of bounded
 * size. A frame longer than a record is sent in fragments. Order is kept; where the sink orders by
 * priority, it is kept within a priority. One thread only.
 */
public final class FrameSender {
  /** The length of the header of a frame's first fragment, in bytes. */
  public static final int FIRST_HEAD = 8;

  static final int NEXT_HEAD = 4;
  private static final long DRAIN_BYTES = 1 << 20;
  // How much memory the JVM needs for a waiting frame besides its bytes: without this, a queue of
  // small messages would take several times its limit.
  private static final int WAITING_BYTES = 128;

  private final RecordSink sink;
  private final long maxQueued;
  private final Queue<Waiting> queue;
  private final ArrayDeque<Awaited> awaited = new ArrayDeque<>();
  private final FramePiece piece;
  private final WholeFrame whole = new WholeFrame();
  private final SendCounts counts = new SendCounts();
  private long number;
  private long queued;
  private boolean yielded;

  /**
   * Creates a sender.
   *
   * @param sink where records go
   * @param maxQueued the memory that the queue may take, in bytes; one frame may always wait,
   *     however long
   */
  public FrameSender(RecordSink sink, long maxQueued) {
    this.sink = sink;
    this.maxQueued = maxQueued;
    this.piece = new FramePiece(sink);
    this.queue = sink.ordersByPriority() ? new PriorityQueue<>() : new ArrayDeque<>();
  }

  /**
   * Sends a message, unless the queue is full.
   *
   * @param frame the message; it is written before this returns
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    if (queued > 0 && queued + WAITING_BYTES + frame.length() > maxQueued) {
      return false;
    }
    send(frame, true);
    return true;
  }

  /**
   * Sends a message, unless the queue is full, and reports when the sink has it.
   *
   * @param frame the message; it is written before this returns
   * @param inSink called when all of it is in the sink, at once if it has room
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame, Completion inSink) {
    if (!offer(frame)) {
      return false;
    }
    if (queued == 0) {
      inSink.done(true);
    } else {
      awaited.add(new Awaited(number - 1, inSink));
    }
    return true;
  }

  /** Completes frames that have left the queue, which they leave in order. */
  private void tellInSink() {
    long waiting = queue.isEmpty() ? number : queue.peek().number;
    for (Awaited first = awaited.peek();
        first != null && first.number < waiting;
        first = awaited.peek()) {
      awaited.poll();
      first.inSink.done(true);
    }
  }

  private record Awaited(long number, Completion inSink) {}

  /** Is told what became of a frame. */
  @FunctionalInterface
  public interface Completion {
    /**
     * The frame is finished.
     *
     * @param written whether all of it is in the sink; if not, it never will be
     */
    void done(boolean written);
  }

  /**
   * Gives up waiting frames, and completes them as not written.
   *
   * @return how many messages were accepted by {@link #offer} and are not, or not completely, in
   *     the sink
   */
  public int abandon() {
    int messages = 0;
    for (Waiting waiting : queue) {
      messages += waiting.message ? 1 : 0;
    }
    queue.clear();
    queued = 0;
    yielded = false;
    awaited.forEach(a -> a.inSink.done(false));
    awaited.clear();
    return messages;
  }

  /**
   * Returns whether the sink has room for a frame now, and nothing waits before it.
   *
   * @param length of the frame
   * @return true when sending it leaves nothing in the queue
   */
  public boolean fits(int length) {
    return queued == 0 && sink.hasRoom(length);
  }

  /**
   * Sends a frame however much waits already: for control frames and short failures, which are few,
   * and for messages that are given back, which their sender has bounded.
   *
   * @param frame the frame; it is written before this returns
   */
  public void send(FrameWriter frame) {
    send(frame, false);
  }

  private void send(FrameWriter frame, boolean message) {
    int length = frame.length();
    sink.setPriority(frame.priority());
    if (queue.isEmpty() && length <= sink.maxRecord() && sink.write(length, frame)) {
      return;
    }
    int sent = queue.isEmpty() && length > sink.maxRecord() ? inPieces(frame, length) : 0;
    if (sent == length) {
      return;
    }
    ByteBuffer bytes;
    if (sent == 0) {
      bytes = ByteBuffer.allocate(length);
      frame.write(bytes, 0);
    } else {
      bytes = frame.rest(sent - frame.headLength());
    }
    counts.full().increment();
    Waiting waiting = new Waiting(bytes, length, frame.priority(), number++, message);
    boolean first = queue.isEmpty() || waiting.compareTo(queue.peek()) < 0;
    queue.add(waiting);
    queued += WAITING_BYTES + bytes.remaining();
    if (sent >= DRAIN_BYTES) {
      yielded = true;
    } else if (first && sent == 0) {
      drain();
    }
  }

  /** Writes as many bytes of a long frame as there is room for, and returns their number. */
  private int inPieces(FrameWriter frame, int length) {
    int head = frame.headLength();
    if (head == length || FIRST_HEAD + head >= sink.maxRecord()) {
      return 0;
    }
    int sent = 0;
    while (sent < length && sent < DRAIN_BYTES) {
      int written = piece.send(frame, length, sent);
      if (written == 0) {
        return sent;
      }
      counts.fragments().increment();
      sent += written;
    }
    return sent;
  }

  /**
   * Continues writing waiting frames as far as there is room, and a bounded amount at a time: a
   * reader that keeps up would otherwise keep this thread at one long message.
   */
  public void drain() {
    drainQueue();
    if (!awaited.isEmpty()) {
      tellInSink();
    }
  }

  private void drainQueue() {
    long start = queued;
    yielded = false;
    for (Waiting frame = queue.peek(); frame != null; frame = queue.peek()) {
      int before = frame.bytes.remaining();
      sink.setPriority(frame.priority);
      boolean fits = !frame.isStarted() && before <= sink.maxRecord();
      boolean written =
          fits ? whole.write(sink, frame.bytes) : piece.sendWaiting(frame.bytes, frame.total) > 0;
      if (written && !fits) {
        counts.fragments().increment();
      }
      queued -= before - frame.bytes.remaining();
      if (!written) {
        return;
      }
      if (!frame.bytes.hasRemaining()) {
        queue.poll();
        queued -= WAITING_BYTES;
      }
      if (start - queued >= DRAIN_BYTES && queued > 0) {
        yielded = true;
        return;
      }
    }
  }

  /** A waiting frame that fits into one record; the same object is reused for each frame. */
  private static final class WholeFrame implements RecordWriter {
    private ByteBuffer frame;

    boolean write(RecordSink sink, ByteBuffer waiting) {
      frame = waiting;
      boolean written = sink.write(waiting.remaining(), this);
      frame = null;
      if (written) {
        waiting.position(waiting.limit());
      }
      return written;
    }

    @Override
    public void write(ByteBuffer out, int offset) {
      out.put(offset, frame, frame.position(), frame.remaining());
    }
  }

  /**
   * The part of a frame that waits.
   *
   * @param bytes those that are not written yet
   * @param total length of the whole frame
   * @param priority where the sink orders by it
   * @param number in the order of sending
   * @param message whether it was reported as accepted, so that somebody relies on it
   */
  private record Waiting(ByteBuffer bytes, int total, int priority, long number, boolean message)
      implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      return priority != other.priority
          ? Integer.compare(other.priority, priority)
          : Long.compare(number, other.number);
    }

    boolean isStarted() {
      return bytes.remaining() < total;
    }
  }

  /**
   * Returns whether the last {@link #drain} stopped at its bound and not for lack of room, so that
   * it must be called again in another turn.
   *
   * @return false when the sink will report room, or nothing waits
   */
  public boolean hasYielded() {
    return yielded;
  }

  /**
   * Returns how frames went so far.
   *
   * @return live
   */
  public SendCounts counts() {
    return counts;
  }

  /**
   * Returns the memory that waiting frames take, in bytes.
   *
   * @return 0 when everything is in the sink
   */
  public long queued() {
    return queued;
  }

  /**
   * Returns whether the queue is so full that senders should wait: over half of its limit.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return queued > maxQueued / 2;
  }
}
