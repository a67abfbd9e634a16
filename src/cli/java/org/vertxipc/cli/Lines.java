package org.vertxipc.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads the lines of a stream as bytes, without their line feeds. */
final class Lines {
  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int at;
  private int filled;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Returns the next line, or null at the end. */
  byte[] next() throws IOException {
    ByteArrayOutputStream split = null;
    while (true) {
      if (at == filled) {
        filled = in.read(buffer);
        at = 0;
        if (filled <= 0) {
          filled = 0;
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
