package org.vertxipc.wire;

import java.nio.ByteBuffer;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

/**
 * A fragment of a frame that is longer than a record, with its header. The same object is reused
 * for each fragment. One thread only.
 */
final class FramePiece implements RecordWriter {
  private final RecordSink sink;
  // The bytes come from one of these.
  private FrameWriter frame;
  private ByteBuffer waiting;
  private int total;
  private int from;
  private int count;

  FramePiece(RecordSink sink) {
    this.sink = sink;
  }

  /**
   * Writes the next fragment of a frame that is being sent.
   *
   * @return how many bytes of the frame were written, 0 when there is no room
   */
  int send(FrameWriter frame, int total, int from) {
    this.frame = frame;
    int written = next(total, from);
    this.frame = null;
    return written;
  }

  /**
   * Writes the next fragment of a waiting frame, and removes it from the waiting bytes.
   *
   * @return how many bytes of the frame were written, 0 when there is no room
   */
  int sendWaiting(ByteBuffer waiting, int total) {
    this.waiting = waiting;
    int written = next(total, total - waiting.remaining());
    this.waiting = null;
    waiting.position(waiting.position() + written);
    return written;
  }

  private int next(int total, int from) {
    int prefix = from == 0 ? FrameSender.FIRST_HEAD : FrameSender.NEXT_HEAD;
    this.total = total;
    this.from = from;
    this.count = Math.min(total - from, sink.maxRecord() - prefix);
    return count > 0 && sink.write(prefix + count, this) ? count : 0;
  }

  @Override
  public void write(ByteBuffer out, int offset) {
    int at = offset;
    if (from == 0) {
      LittleEndian.putInt(out, at, FrameKind.FRAGMENT_FIRST);
      LittleEndian.putInt(out, at + 4, total);
      at += FrameSender.FIRST_HEAD;
    } else {
      LittleEndian.putInt(out, at, FrameKind.FRAGMENT_NEXT);
      at += FrameSender.NEXT_HEAD;
    }
    if (frame == null) {
      out.put(at, waiting, waiting.position(), count);
    } else if (from == 0) {
      int head = frame.headLength();
      frame.writeHead(out, at);
      frame.writePart(out, at + head, 0, count - head);
    } else {
      frame.writePart(out, at, from - frame.headLength(), count);
    }
  }
}
