package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * Watches the lengths of the frames in a stream: each is preceded by its length, as an int in
 * network byte order. The reader of the frames trusts them, and would gather as much as they say.
 */
final class FrameLimit {
  private final int longest;
  private long left;
  private int lengthBytes;
  private int length;

  /**
   * Watches a stream from its beginning.
   *
   * @param longest the longest frame that is allowed, in bytes
   */
  FrameLimit(int longest) {
    this.longest = longest;
  }

  /** Returns false when a frame is too long, or its length is negative; it moves no index. */
  boolean allows(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        int skipped = (int) Math.min(left, bytes.writerIndex() - at);
        left -= skipped;
        at += skipped;
      } else {
        length = length << 8 | (bytes.getByte(at) & 0xff);
        at++;
        lengthBytes++;
        if (lengthBytes == Integer.BYTES) {
          if (length < 0 || length > longest) {
            return false;
          }
          left = length;
          length = 0;
          lengthBytes = 0;
        }
      }
    }
    return true;
  }

  /** What to say when a frame was not allowed. */
  IOException exceeded() {
    return new IOException(
        "the other end announces a message of "
            + length
            + " bytes, at most "
            + longest
            + " are accepted");
  }
}
