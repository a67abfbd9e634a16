package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** A message is a line, without its line break. A line that is too long is skipped to its end. */
final class LineFraming implements Framing {
  private final int maxLine;
  private Buffer partial = Buffer.buffer();
  // How much of a line has been skipped; -1 when none is being skipped.
  private long skipped = -1;

  /** Creates a framing for lines of at most this many bytes, the line break included. */
  LineFraming(int maxLine) {
    this.maxLine = maxLine;
  }

  @Override
  public void feed(Buffer bytes, Items items) {
    int start = 0;
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        take(bytes, start, i);
        complete(items);
        start = i + 1;
      }
    }
    take(bytes, start, bytes.length());
  }

  private void take(Buffer bytes, int from, int to) {
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
    partial = Buffer.buffer();
    skipped = -1;
    if (tooLong >= 0) {
      String reason = "line of " + (tooLong + 1) + " bytes, at most " + maxLine + " are accepted";
      items.onBad(new BadMessageException(reason, line, null));
    } else {
      items.onItem(line);
    }
  }

  @Override
  public void end(Items items) {
    if (skipped >= 0) {
      complete(items);
    } else if (partial.length() > 0) {
      Buffer rest = partial;
      partial = Buffer.buffer();
      items.onBad(new BadMessageException("line without its end", rest, null));
    }
  }
}
