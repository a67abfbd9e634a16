package org.vertxipc.wire;

import java.nio.ByteBuffer;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

/** A frame whose length is known before it is written in place. */
public interface FrameWriter extends RecordWriter {
  /**
   * Returns its length.
   *
   * @return in bytes
   */
  int length();

  /**
   * Returns its priority, where channels have priorities.
   *
   * @return 0 to {@link RecordSink#MAX_PRIORITY}
   */
  default int priority() {
    return 0;
  }

  /**
   * Returns how many of its bytes come before one long run that may be written in parts.
   *
   * @return {@link #length} when it can only be written as a whole
   */
  default int headLength() {
    return length();
  }

  /**
   * Writes the first {@link #headLength} bytes.
   *
   * @param out where to
   * @param offset of the first byte
   */
  default void writeHead(ByteBuffer out, int offset) {
    write(out, offset);
  }

  /**
   * Writes some of the bytes after the head. Parts are requested in order, each once.
   *
   * @param out where to
   * @param offset of the first byte
   * @param from the first byte, counted from the end of the head
   * @param count of the bytes
   */
  default void writePart(ByteBuffer out, int offset, int from, int count) {
    throw new UnsupportedOperationException("this frame is all head");
  }

  /**
   * Returns the last bytes after the head, to be written later: a copy, because the sender may
   * change the body when the message has been sent.
   *
   * @param from the first byte, counted from the end of the head
   * @return the bytes, from 0 to the limit
   */
  default ByteBuffer rest(int from) {
    throw new UnsupportedOperationException("this frame is all head");
  }
}
