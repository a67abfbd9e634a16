package org.vertxipc.journal;

import static org.vertxipc.journal.JournalLayout.DATA_OFFSET;
import static org.vertxipc.journal.JournalLayout.LENGTH_END;
import static org.vertxipc.journal.JournalLayout.LONG;
import static org.vertxipc.journal.JournalLayout.NOTHING;
import static org.vertxipc.journal.JournalLayout.RECORD_HEADER;
import static org.vertxipc.journal.JournalLayout.TIME;
import static org.vertxipc.journal.JournalLayout.align;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.NavigableSet;
import java.util.zip.CRC32C;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The writing end of a journal. One thread only, except for {@link #open}, {@link #prepare} and
 * {@link #sync}, which may block and are called on a worker thread.
 */
public final class JournalWriter implements AutoCloseable {
  /** Returned by {@link #append} when the next file is needed first. */
  public static final long NEXT_FILE = -1;

  private final JournalDirectory directory;
  private final int lock;
  private final int fileBytes;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer timeBytes =
      ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private JournalFile file;
  private int at;
  private boolean cut;
  private volatile boolean renamed;
  private boolean closed;

  private JournalWriter(JournalDirectory directory, int lock, int fileBytes) {
    this.directory = directory;
    this.lock = lock;
    this.fileBytes = fileBytes;
  }

  /**
   * Opens a journal behind its last intact record; what follows is cut off. A directory without
   * files becomes an empty journal.
   *
   * @param directory its directory
   * @param fileBytes the size of files that are made
   * @return the writing end
   * @throws IOException when there is already a writer, there is no space, or the files are not a
   *     journal
   */
  public static JournalWriter open(JournalDirectory directory, int fileBytes) throws IOException {
    directory.ensure();
    JournalWriter writer = new JournalWriter(directory, directory.lock(), fileBytes);
    try {
      writer.openLast();
      return writer;
    } catch (IOException | RuntimeException e) {
      Posix.close(writer.lock);
      throw e;
    }
  }

  private void openLast() throws IOException {
    NavigableSet<Long> bases = directory.bases();
    if (bases.isEmpty()) {
      use(prepare(0));
      return;
    }
    long base = bases.last();
    file = JournalFile.open(directory.file(base), base);
    at = file.intactEnd();
    if (file.isEnd(at)) {
      // The last file was full, and the next had no name yet.
      long next = base + file.size();
      file.close();
      use(prepare(next));
      return;
    }
    cut = file.header(at) != NOTHING;
    LONG.setRelease(file.buffer(), at, NOTHING);
    if (cut) {
      file.clear(at);
    }
  }

  private void use(JournalFile fresh) throws IOException {
    Path name = directory.file(fresh.base());
    Files.move(fresh.path(), name, StandardCopyOption.ATOMIC_MOVE);
    fresh.renamed(name);
    file = fresh;
    at = DATA_OFFSET;
    renamed = true;
  }

  /**
   * Returns whether something torn was cut off when it was opened.
   *
   * @return true after a crash of the machine or a loss of power
   */
  public boolean wasCut() {
    return cut;
  }

  /**
   * Returns the position of the next record.
   *
   * @return in bytes since the journal was begun
   */
  public long position() {
    return file.base() + at;
  }

  /**
   * Returns the position behind the current file.
   *
   * @return where the next file starts
   */
  public long nextBase() {
    return file.base() + file.size();
  }

  /**
   * Returns how much of the current file is used.
   *
   * @return 0 to 1
   */
  public double fill() {
    return (double) at / file.size();
  }

  /**
   * Returns the longest payload.
   *
   * @return in bytes
   */
  public int maxPayload() {
    return JournalFile.maxPayload(fileBytes);
  }

  /**
   * Makes a file that will follow the current one, without its name.
   *
   * @param base {@link #nextBase}
   * @return the file
   * @throws IOException when there is no room for it
   */
  public JournalFile prepare(long base) throws IOException {
    Posix.unlink(directory.draft(base));
    JournalFile made = JournalFile.create(directory.draft(base), base, fileBytes, 0600);
    made.sync();
    return made;
  }

  /**
   * Discards a file that is not needed.
   *
   * @param next made by {@link #prepare}
   * @throws PosixException when it can't be removed
   */
  public void discard(JournalFile next) throws PosixException {
    next.close();
    Posix.unlink(directory.draft(next.base()));
  }

  /**
   * Continues in the next file.
   *
   * @param next made by {@link #prepare}
   * @throws IOException when it can't be given its name
   */
  public void rotate(JournalFile next) throws IOException {
    JournalFile full = file;
    int end = at;
    use(next);
    // Readers that reach this mark find the next file by its name.
    LONG.setRelease(full.buffer(), end, JournalLayout.header(LENGTH_END, 0));
    full.close();
  }

  /**
   * Appends a record, which readers see at once.
   *
   * @param source holds the payload
   * @param offset of the payload
   * @param length at most {@link #maxPayload}
   * @param time when, in milliseconds since the epoch
   * @return the record's position, or {@link #NEXT_FILE}
   * @throws IOException when somebody truncated the file
   */
  public long append(ByteBuffer source, int offset, int length, long time) throws IOException {
    try {
      return checked(source, offset, length, time);
    } catch (InternalError e) {
      throw file.fault(e);
    }
  }

  private long checked(ByteBuffer source, int offset, int length, long time) {
    try {
      return write(source, offset, length, time);
    } finally {
      Mapping.raiseFault();
    }
  }

  private long write(ByteBuffer source, int offset, int length, long time) {
    if (length < 1 || length > maxPayload()) {
      throw new IllegalArgumentException(
          "record of " + length + " bytes, expected 1 to " + maxPayload());
    }
    int size = align(length + RECORD_HEADER);
    if (size + Long.BYTES > file.size() - at) {
      return NEXT_FILE;
    }
    ByteBuffer b = file.buffer();
    int start = at;
    b.putLong(start + TIME, time);
    b.put(start + RECORD_HEADER, source, offset, length);
    LONG.set(b, start + size, NOTHING);
    // Release: the writer that opens the file next reads it with acquire, and a reader, which
    // copies many records at once, looks again when it sees the header and not yet the record.
    int checksum = checksum(source, offset, length, time, start);
    LONG.setRelease(b, start, JournalLayout.header(length, checksum));
    at += size;
    return file.base() + start;
  }

  /** Returns the checksum of a record, of the source where that costs no copy. */
  private int checksum(ByteBuffer source, int offset, int length, long time, int at) {
    if (!source.hasArray()) {
      return file.checksum(at, length);
    }
    timeBytes.putLong(0, time);
    crc.reset();
    crc.update(timeBytes.array());
    crc.update(source.array(), source.arrayOffset() + offset, length);
    return (int) crc.getValue();
  }

  /**
   * Waits until everything appended so far is on the disk.
   *
   * @throws PosixException when it can't be written
   */
  public void sync() throws PosixException {
    file.sync();
    if (renamed) {
      renamed = false;
      directory.sync();
    }
  }

  /** Closes the file and releases the writer's lock. Does nothing the second time. */
  @Override
  public void close() throws PosixException {
    if (!closed) {
      closed = true;
      file.close();
      Posix.close(lock);
    }
  }
}
