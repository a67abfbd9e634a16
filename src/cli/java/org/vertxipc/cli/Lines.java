package org.vertxipc.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads the lines of a stream as bytes, without their line breaks, and without a byte-order mark at
 * its start. A line break is a line feed, or a carriage return and a line feed.
 */
final class Lines {
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final boolean keepCarriageReturn;
  private final byte[] buffer = new byte[64 * 1024];
  private int at;
  private int filled;
  private boolean begun;
  private boolean ended;

  /**
   * Creates a reader.
   *
   * @param keepCarriageReturn whether only a line feed is a line break
   */
  Lines(InputStream in, boolean keepCarriageReturn) {
    this.in = in;
    this.keepCarriageReturn = keepCarriageReturn;
  }

  /** Returns the next line, or null at the end. */
  byte[] next() throws IOException {
    byte[] line = untilLineFeed();
    if (line == null) {
      return null;
    }
    int from = 0;
    if (!begun) {
      begun = true;
      from = startsWithMark(line) ? MARK.length : 0;
      if (from == line.length && from > 0 && ended) {
        return null;
      }
    }
    boolean cut = !keepCarriageReturn && from < line.length && line[line.length - 1] == '\r';
    return Arrays.copyOfRange(line, from, cut ? line.length - 1 : line.length);
  }

  private static boolean startsWithMark(byte[] line) {
    return line.length >= MARK.length && Arrays.equals(line, 0, MARK.length, MARK, 0, MARK.length);
  }

  private byte[] untilLineFeed() throws IOException {
    ByteArrayOutputStream split = null;
    while (true) {
      if (at == filled) {
        filled = in.read(buffer);
        at = 0;
        if (filled <= 0) {
          filled = 0;
          ended = true;
          return split == null ? null : split.toByteArray();
        }
      }
      int start = at;
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      boolean complete = at < filled;
      if (complete && split == null) {
        return Arrays.copyOfRange(buffer, start, at++);
      }
      if (split == null) {
        split = new ByteArrayOutputStream();
      }
      split.write(buffer, start, at - start);
      if (complete) {
        at++;
        return split.toByteArray();
      }
    }
  }
}
