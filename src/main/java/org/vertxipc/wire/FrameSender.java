package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.vertxipc.channel.RecordSink;

/**
 * Writes frames into a record sink: in place when there is room, else from a queue of bounded size.
 * A frame longer than a record goes in pieces. Order is kept. One thread only.
 */
public final class FrameSender {
  static final int FIRST_HEAD = 8;
  static final int NEXT_HEAD = 4;
  private static final long DRAIN_BYTES = 1 << 20;

  private final RecordSink sink;
  private final long maxQueued;
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private long queued;
  private boolean yielded;

  /**
   * A sender.
   *
   * @param sink where records go
   * @param maxQueued the bytes that may wait in the queue; one frame may always wait, however long
   */
  public FrameSender(RecordSink sink, long maxQueued) {
    this.sink = sink;
    this.maxQueued = maxQueued;
  }

  /**
   * Sends a message, unless the queue is full.
   *
   * @param frame the message; it is written before this returns
   * @return false when it was refused
   */
  public boolean offer(FrameWriter frame) {
    if (queued > 0 && queued + frame.length() > maxQueued) {
      return false;
    }
    send(frame);
    return true;
  }

  /**
   * Sends a frame whatever waits already: for control frames and short failures, which are few.
   *
   * @param frame the frame; it is written before this returns
   */
  public void send(FrameWriter frame) {
    int length = frame.length();
    if (queue.isEmpty() && length <= sink.maxRecord()) {
      int at = sink.claim(length);
      if (at != RecordSink.FULL) {
        frame.write(sink.buffer(), at);
        sink.commit();
        return;
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    frame.write(bytes, 0);
    boolean first = queue.isEmpty();
    queue.add(bytes);
    queued += length;
    if (first) {
      drain();
    }
  }

  /**
   * Writes on what waits, as far as there is room, and a bounded amount at a time: a reader that
   * keeps up would otherwise keep this thread at one long message.
   */
  public void drain() {
    long start = queued;
    yielded = false;
    for (ByteBuffer frame = queue.peek(); frame != null; frame = queue.peek()) {
      int before = frame.position();
      boolean fits = before == 0 && frame.remaining() <= sink.maxRecord();
      boolean written = fits ? whole(frame) : piece(frame);
      queued -= frame.position() - before;
      if (!written) {
        return;
      }
      if (!frame.hasRemaining()) {
        queue.poll();
      }
      if (start - queued >= DRAIN_BYTES && queued > 0) {
        yielded = true;
        return;
      }
    }
  }

  private boolean whole(ByteBuffer frame) {
    int length = frame.remaining();
    int at = sink.claim(length);
    if (at == RecordSink.FULL) {
      return false;
    }
    copy(frame, at, length);
    return true;
  }

  private boolean piece(ByteBuffer frame) {
    boolean first = frame.position() == 0;
    int head = first ? FIRST_HEAD : NEXT_HEAD;
    int length = Math.min(frame.remaining(), sink.maxRecord() - head);
    int at = length > 0 ? sink.claim(head + length) : RecordSink.FULL;
    if (at == RecordSink.FULL) {
      return false;
    }
    if (first) {
      LittleEndian.putInt(sink.buffer(), at, FrameKind.FRAGMENT_FIRST);
      LittleEndian.putInt(sink.buffer(), at + 4, frame.limit());
    } else {
      LittleEndian.putInt(sink.buffer(), at, FrameKind.FRAGMENT_NEXT);
    }
    copy(frame, at + head, length);
    return true;
  }

  private void copy(ByteBuffer frame, int at, int length) {
    sink.buffer().put(at, frame, frame.position(), length);
    frame.position(frame.position() + length);
    sink.commit();
  }

  /**
   * Whether the last {@link #drain} stopped at its bound and not for want of room: it is to be
   * called again in another turn.
   *
   * @return false when the sink will tell of room, or nothing waits
   */
  public boolean hasYielded() {
    return yielded;
  }

  /**
   * The bytes that wait.
   *
   * @return 0 when everything is in the sink
   */
  public long queued() {
    return queued;
  }

  /**
   * Whether the queue is so full that senders should wait: more than half of what it may hold.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return queued > maxQueued / 2;
  }
}
