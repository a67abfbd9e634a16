package org.vertxipc.journal;

import static org.vertxipc.journal.JournalLayout.BASE_OFFSET;
import static org.vertxipc.journal.JournalLayout.DATA_OFFSET;
import static org.vertxipc.journal.JournalLayout.LENGTH_END;
import static org.vertxipc.journal.JournalLayout.LONG;
import static org.vertxipc.journal.JournalLayout.MAGIC;
import static org.vertxipc.journal.JournalLayout.MAGIC_OFFSET;
import static org.vertxipc.journal.JournalLayout.NOTHING;
import static org.vertxipc.journal.JournalLayout.RECORD_HEADER;
import static org.vertxipc.journal.JournalLayout.SIZE_OFFSET;
import static org.vertxipc.journal.JournalLayout.TIME;
import static org.vertxipc.journal.JournalLayout.VERSION;
import static org.vertxipc.journal.JournalLayout.VERSION_OFFSET;
import static org.vertxipc.journal.JournalLayout.align;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vertxipc.posix.MappedChecksum;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/** One file of a journal, as its writer maps it. Not thread-safe. */
public final class JournalFile implements AutoCloseable {
  private Path path;
  private final int fd;
  private final Mapping mapping;
  private final ByteBuffer buffer;
  private final MappedChecksum checksum = new MappedChecksum();
  private final long base;
  private final int size;

  private JournalFile(Path path, int fd, Mapping mapping, long base) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
    this.base = base;
    this.buffer = mapping.buffer().order(ByteOrder.LITTLE_ENDIAN);
    this.size = buffer.capacity();
  }

  /** Makes an empty file; its space is reserved. */
  static JournalFile create(Path path, long base, int size, int mode) throws IOException {
    int fd = Posix.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL, mode);
    try {
      Posix.allocate(fd, size, path);
      Mapping mapping = Mapping.map(fd, size, path);
      ByteBuffer b = mapping.buffer().order(ByteOrder.LITTLE_ENDIAN);
      b.putInt(VERSION_OFFSET, VERSION);
      b.putLong(SIZE_OFFSET, size);
      b.putLong(BASE_OFFSET, base);
      LONG.setRelease(b, MAGIC_OFFSET, MAGIC);
      return new JournalFile(path, fd, mapping, base);
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      Posix.unlink(path);
      throw e;
    }
  }

  /** Opens a file for writing. */
  static JournalFile open(Path path, long base) throws IOException {
    int fd = Posix.open(path, Posix.O_RDWR, 0);
    try {
      int size = size(fd, path);
      Mapping mapping = Mapping.map(fd, size, path);
      try {
        validate(path, mapping.buffer().order(ByteOrder.LITTLE_ENDIAN), size, base);
        return new JournalFile(path, fd, mapping, base);
      } catch (IOException e) {
        mapping.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  /** Returns the size of a file, which may be that of a journal's. */
  static int size(int fd, Path path) throws IOException {
    long size = Posix.fstat(fd).size();
    if (size < DATA_OFFSET + RECORD_HEADER || size > Integer.MAX_VALUE) {
      throw new IOException(path + " is not a journal file: " + size + " bytes");
    }
    return (int) size;
  }

  /** Checks what a file of a size says of itself in its first bytes. */
  static void validate(Path path, ByteBuffer b, int size, long base) throws IOException {
    if ((long) LONG.getAcquire(b, MAGIC_OFFSET) != MAGIC) {
      throw new IOException(path + " is not a journal file");
    }
    int version = b.getInt(VERSION_OFFSET);
    if (version != VERSION) {
      throw new IOException(path + " is of version " + version + ", this is version " + VERSION);
    }
    if (b.getLong(SIZE_OFFSET) != size || b.getLong(BASE_OFFSET) != base) {
      throw new IOException(
          path
              + " says that it holds "
              + b.getLong(SIZE_OFFSET)
              + " bytes from position "
              + b.getLong(BASE_OFFSET)
              + " on, so it is not the file that its name says");
    }
  }

  Path path() {
    return path;
  }

  /** Where it is from now on. */
  void renamed(Path to) {
    path = to;
  }

  long base() {
    return base;
  }

  int size() {
    return size;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Returns the longest payload that fits into an empty file of a size. */
  static int maxPayload(int size) {
    // Records are aligned, whatever the size of the file is.
    return ((size - DATA_OFFSET - Long.BYTES) & -8) - RECORD_HEADER;
  }

  /** Returns the header at an offset; a zero header where no record is or can be. */
  long header(int at) {
    return at + Long.BYTES > size ? NOTHING : (long) LONG.getAcquire(buffer, at);
  }

  /** Returns whether the mark at an offset is the end of the file. */
  boolean isEnd(int at) {
    return JournalLayout.length(header(at)) == LENGTH_END;
  }

  /** Returns the size of the record at an offset, 0 when there is none or it is torn. */
  int intactSize(int at) {
    return intactSize(at, header(at));
  }

  int intactSize(int at, long header) {
    int length = JournalLayout.length(header);
    if (header == NOTHING || length < 0 || length > size - at - RECORD_HEADER - Long.BYTES) {
      return 0;
    }
    boolean intact = JournalLayout.header(length, checksum(at, length)) == header;
    return intact ? align(length + RECORD_HEADER) : 0;
  }

  /** Returns where the run of intact records from the start ends. */
  int intactEnd() {
    int at = DATA_OFFSET;
    for (int n = intactSize(at); n > 0; n = intactSize(at)) {
      at += n;
    }
    return at;
  }

  /**
   * Clears what is behind an offset. A reader gets many records in one copy, whose parts may be of
   * different ages: it must not find an old record behind a new one.
   */
  void clear(int offset) {
    for (int i = offset; i + Long.BYTES <= size; i += Long.BYTES) {
      // Most is zeros, of pages that need not be written.
      if (buffer.getLong(i) != 0) {
        buffer.putLong(i, 0);
      }
    }
  }

  /** Returns the checksum of the time and payload of a record that is filled in. */
  int checksum(int at, int length) {
    return checksum.of(buffer, at + TIME, RECORD_HEADER - TIME + length);
  }

  /** Returns the cause of a fault in writing: somebody truncated the file. */
  IOException fault(InternalError fault) {
    try {
      Mapping.requireWhole(fd, size, path);
      return new IOException(path + " can't be accessed in memory", fault);
    } catch (IOException e) {
      e.addSuppressed(fault);
      return e;
    }
  }

  /** Waits until what was written is on the disk. Called on a worker thread. */
  void sync() throws PosixException {
    Posix.sync(fd, path);
  }

  @Override
  public void close() throws PosixException {
    mapping.close();
    Posix.close(fd);
  }
}
