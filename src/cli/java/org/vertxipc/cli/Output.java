package org.vertxipc.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output in UTF-8, whatever the locale is. Unlike {@code System.out}, it fails when nobody
 * reads it any more.
 */
final class Output {
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
  // From <sys/stat.h>.
  private static final int TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  private final OutputStream out =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 64 * 1024);

  /** Adds a line, which is written by {@link #flush} at the latest. */
  void line(byte[] text) throws IOException {
    try {
      out.write(text);
      out.write('\n');
    } catch (IOException e) {
      throw explain(e);
    }
  }

  void line(String text) throws IOException {
    line(text.getBytes(StandardCharsets.UTF_8));
  }

  void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** Writes a line at once. */
  void print(String text) throws IOException {
    line(text);
    flush();
  }

  /** The error number is known to nobody here, and its text depends on the locale. */
  private static IOException explain(IOException e) {
    if (hasReader()) {
      return new ClosedOutputException();
    }
    return new IOException("standard output: " + e.getMessage(), e);
  }

  /** Returns whether writing can fail because a reader has left, and hardly for another reason. */
  private static boolean hasReader() {
    try {
      int type = (int) Files.getAttribute(STANDARD_OUTPUT, "unix:mode") & TYPE;
      return type == FIFO || type == SOCKET;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // This is not Linux: the error is shown as it is.
    }
  }
}
