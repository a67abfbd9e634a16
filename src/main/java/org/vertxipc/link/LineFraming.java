package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/**
 * A message is a line, without its line break, which is a line feed or a carriage return and a line
 * feed. The end of the stream ends its last line too, and a byte-order mark at its start is
 * skipped. A line that is too long is skipped to its end.
 */
final class LineFraming implements Framing {
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final int maxLine;
  private final boolean keepCarriageReturn;
  private Buffer partial = Buffer.buffer();
  // How much of a line has been skipped; -1 when none is being skipped.
  private long skipped = -1;
  private boolean returnIsLast;
  // How much of a byte-order mark the stream has begun with; -1 when it is past that.
  private int marked;

  /**
   * Creates a framing for lines of at most this many bytes, the line break included.
   *
   * @param keepCarriageReturn whether only a line feed is a line break
   */
  LineFraming(int maxLine, boolean keepCarriageReturn) {
    this.maxLine = maxLine;
    this.keepCarriageReturn = keepCarriageReturn;
  }

  @Override
  public void feed(Buffer bytes, Items items) {
    int start = marked < 0 ? 0 : skipMark(bytes);
    for (int i = start; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        take(bytes, start, i);
        complete(items);
        start = i + 1;
      }
    }
    take(bytes, start, bytes.length());
  }

  /** Returns where the first line begins, as far as these bytes tell. */
  private int skipMark(Buffer bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) != MARK[marked]) {
        unmark();
        return i;
      } else if (++marked == MARK.length) {
        marked = -1;
        return i + 1;
      }
    }
    return bytes.length();
  }

  /** What looked like a mark was the start of the first line. */
  private void unmark() {
    if (marked > 0) {
      take(Buffer.buffer(MARK), 0, marked);
    }
    marked = -1;
  }

  private void take(Buffer bytes, int from, int to) {
    if (from == to) {
      return;
    }
    returnIsLast = bytes.getByte(to - 1) == '\r';
    if (skipped >= 0) {
      skipped += to - from;
    } else if (partial.length() + to - from + 1 > maxLine) {
      partial.appendBuffer(bytes, from, Math.min(to - from, maxLine));
      skipped = (long) partial.length() + to - from - Math.min(to - from, maxLine);
    } else {
      partial.appendBuffer(bytes, from, to - from);
    }
  }

  private void complete(Items items) {
    Buffer line = partial;
    long tooLong = skipped;
    boolean cut = returnIsLast && !keepCarriageReturn;
    partial = Buffer.buffer();
    skipped = -1;
    returnIsLast = false;
    if (tooLong >= 0) {
      String reason = "line of " + (tooLong + 1) + " bytes, at most " + maxLine + " are accepted";
      items.onBad(new BadMessageException(reason, line, null));
    } else {
      items.onItem(cut ? line.getBuffer(0, line.length() - 1) : line);
    }
  }

  @Override
  public void end(Items items) {
    unmark();
    if (skipped >= 0 || partial.length() > 0) {
      complete(items);
    }
    marked = 0;
  }
}
