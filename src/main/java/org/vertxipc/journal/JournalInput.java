package org.vertxipc.journal;

import static org.vertxipc.journal.JournalLayout.DATA_OFFSET;
import static org.vertxipc.journal.JournalLayout.LENGTH_END;
import static org.vertxipc.journal.JournalLayout.NOTHING;
import static org.vertxipc.journal.JournalLayout.RECORD_HEADER;
import static org.vertxipc.journal.JournalLayout.TIME;
import static org.vertxipc.journal.JournalLayout.align;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vertxipc.posix.FileWindow;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * One file of a journal, as a reader sees it: by {@code pread(2)}, because a new mapping pays for
 * the first touch of each page more than a copy costs, and because nothing that is done to the file
 * can become a fault of memory. Not thread-safe.
 */
final class JournalInput implements AutoCloseable {
  /** Returned by {@link #look} where no record is yet. */
  static final int NONE = 0;

  /** Returned by {@link #look} at the end of the file: another follows. */
  static final int END = -1;

  /** Returned by {@link #look} where a record is that is not as it was written. */
  static final int TORN = -2;

  // It does not begin in the window.
  private static final int UNSEEN = -3;
  // It begins in the window, and ends behind it.
  private static final int PART = -4;

  // What a reader that has caught up reads, and one that is far behind.
  private static final int LEAST = 4 << 10;
  private static final int MOST = 256 << 10;
  private static final int GROWTH = 8;
  // A record that was being written when it was read is whole in the next look; a long one takes
  // one more, to be read whole.
  private static final int LOOKS = 4;

  private final Path path;
  private final int fd;
  private final long base;
  private final int size;
  private final FileWindow window;
  private ByteBuffer bytes;
  private int from;
  private int filled;
  private int ahead = LEAST;

  private JournalInput(Path path, int fd, long base, int size, FileWindow window) {
    this.path = path;
    this.fd = fd;
    this.base = base;
    this.size = size;
    this.window = window;
    this.bytes = window.bytes();
  }

  /** Returns what one or more files are read with, one after the other. */
  static FileWindow window() {
    return new FileWindow(MOST, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens a file.
   *
   * @param path of the file
   * @param base the position of its first byte
   * @param window that no other file is read with any more
   */
  static JournalInput open(Path path, long base, FileWindow window) throws IOException {
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      int size = JournalFile.size(fd, path);
      window.shrink();
      JournalInput input = new JournalInput(path, fd, base, size, window);
      input.fill(0, LEAST);
      JournalFile.validate(path, input.bytes, size, base);
      return input;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  long base() {
    return base;
  }

  int size() {
    return size;
  }

  /**
   * Looks for a record.
   *
   * @param at where one starts, or may start next
   * @return its size with header and padding: it is intact, and can be read until the next look; or
   *     {@link #NONE}, {@link #END}, {@link #TORN}
   * @throws IOException when it can't be read, or somebody truncated the file
   */
  int look(int at) throws IOException {
    int found = inWindow(at);
    for (int looks = 0; looks < LOOKS && found <= NONE && found != END; looks++) {
      if (found == PART) {
        fill(at, part(at));
      } else {
        // What comes next is likely to be much when there was much.
        ahead = found == UNSEEN ? Math.min(MOST, ahead * GROWTH) : LEAST;
        fill(at, ahead);
      }
      found = inWindow(at);
      if (found == NONE) {
        return NONE;
      }
    }
    return found < TORN ? TORN : found;
  }

  private int inWindow(int at) {
    if (at + Long.BYTES > size) {
      return NONE;
    }
    int i = at - from;
    if (i < 0 || i + Long.BYTES > filled) {
      return UNSEEN;
    }
    long header = bytes.getLong(i);
    int length = JournalLayout.length(header);
    if (header == NOTHING) {
      return NONE;
    }
    if (length == LENGTH_END) {
      return END;
    }
    if (length < 0 || length > size - at - RECORD_HEADER - Long.BYTES) {
      return TORN;
    }
    if (i + RECORD_HEADER + length > filled) {
      return PART;
    }
    int checksum = window.checksum(i + TIME, RECORD_HEADER - TIME + length);
    return JournalLayout.header(length, checksum) == header ? align(length + RECORD_HEADER) : TORN;
  }

  /** Returns how much to read of a record whose end is not in the window. */
  private int part(int at) throws IOException {
    long header = bytes.getLong(at - from);
    int length = JournalLayout.length(header);
    int whole = RECORD_HEADER + length;
    ahead = Math.min(MOST, ahead * GROWTH);
    // Memory is taken only for a long record that is intact, and not for any number found there.
    if (whole > bytes.capacity()) {
      int checksum = window.checksumOf(fd, at + TIME, whole - TIME);
      filled = 0;
      if (JournalLayout.header(length, checksum) != header) {
        return LEAST;
      }
      window.grow(whole);
      bytes = window.bytes();
    }
    return Math.max(ahead, whole);
  }

  private void fill(int at, int length) throws IOException {
    filled = 0;
    // Acquire: what the last look has seen published is whole in this one.
    VarHandle.acquireFence();
    int n = window.read(fd, at, Math.min(length, size - at));
    Mapping.requireSize(fd, size, path);
    from = at;
    filled = n;
  }

  /** The window is to be used for another file. */
  void forget() {
    filled = 0;
  }

  /** Returns the bytes that the last look has read. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Returns where the payload is of a record that the last look has found. */
  int payload(int at) {
    return at - from + RECORD_HEADER;
  }

  /** Returns the length of the payload of a record that the last look has found. */
  int length(int at) {
    return JournalLayout.length(bytes.getLong(at - from));
  }

  /** Returns when a record was written that the last look has found, torn or not. */
  long time(int at) {
    int i = at - from + TIME;
    return i >= 0 && i + Long.BYTES <= filled ? bytes.getLong(i) : 0;
  }

  /** Returns where the run of intact records from the start ends. */
  int intactEnd() throws IOException {
    int at = DATA_OFFSET;
    for (int n = look(at); n > 0; n = look(at)) {
      at += n;
    }
    return at;
  }

  /** Returns whether a record starts at an offset, or may start there next. */
  boolean isBoundary(int offset) throws IOException {
    int at = DATA_OFFSET;
    while (at < offset) {
      int n = look(at);
      if (n <= 0) {
        return false;
      }
      at += n;
    }
    return at == offset;
  }

  @Override
  public void close() throws PosixException {
    Posix.close(fd);
  }
}
