package org.vertxipc.journal;

import static org.vertxipc.journal.JournalLayout.DATA_OFFSET;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.vertxipc.posix.FileWindow;
import org.vertxipc.posix.PosixException;

/**
 * A reading end of a journal, which changes nothing in it. One thread only, except for {@link
 * #open} and {@link #next}, which may block and are called on a worker thread while no other method
 * is.
 */
public final class JournalReader implements AutoCloseable {
  private final JournalDirectory directory;
  private final FileWindow window;
  private JournalInput file;
  private int at;
  private long skipped;

  private JournalReader(JournalDirectory directory, FileWindow window, JournalInput file, int at) {
    this.directory = directory;
    this.window = window;
    this.file = file;
    this.at = at;
  }

  /** Where to start. */
  public enum Start {
    /** At the oldest record. */
    BEGINNING,
    /** Behind the newest record. */
    END,
    /** At a position. */
    POSITION
  }

  /**
   * Opens a journal.
   *
   * @param directory its directory
   * @param start where to start
   * @param position with {@link Start#POSITION}: the position of a record, or that behind the last
   * @return the reading end
   * @throws IOException when there is no journal, or no record at that position
   */
  public static JournalReader open(JournalDirectory directory, Start start, long position)
      throws IOException {
    NavigableSet<Long> bases = directory.exists() ? directory.bases() : new TreeSet<>();
    if (bases.isEmpty()) {
      throw new IOException("There is no journal in " + directory);
    }
    Long base =
        switch (start) {
          case BEGINNING -> bases.first();
          case END -> bases.last();
          case POSITION -> bases.floor(position);
        };
    if (base == null) {
      throw new IOException(
          "Position "
              + position
              + " of the journal in "
              + directory
              + " is gone; the oldest one left is "
              + (bases.first() + DATA_OFFSET));
    }
    FileWindow window = JournalInput.window();
    JournalInput file = JournalInput.open(directory.file(base), base, window);
    try {
      int at = DATA_OFFSET;
      if (start == Start.END) {
        at = file.intactEnd();
      } else if (start == Start.POSITION && position > base) {
        long offset = position - base;
        if (offset > file.size() || !file.isBoundary((int) offset)) {
          throw new IOException(
              "No record of the journal in " + directory + " starts at position " + position);
        }
        at = (int) offset;
      }
      return new JournalReader(directory, window, file, at);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Takes a record. */
  @FunctionalInterface
  public interface RecordHandler {
    /**
     * Takes a record. The bytes may be read until this returns.
     *
     * @param position of the record
     * @param time when it was written, in milliseconds since the epoch
     * @param buffer holds the payload
     * @param offset of the payload
     * @param length of the payload
     * @return false to stop for now
     * @throws IOException to stop, as {@link #poll} then does
     */
    boolean onRecord(long position, long time, ByteBuffer buffer, int offset, int length)
        throws IOException;
  }

  /**
   * Hands over available records.
   *
   * @param handler takes them
   * @param max the maximum number of records
   * @return how many there were
   * @throws IOException when a record is torn, or somebody truncated the file
   */
  public int poll(RecordHandler handler, int max) throws IOException {
    int count = 0;
    boolean more = true;
    while (more && count < max) {
      int size = file.look(at);
      if (size == JournalInput.NONE || size == JournalInput.END) {
        return count;
      }
      if (size == JournalInput.TORN) {
        throw new IOException(
            "The record at position "
                + position()
                + " of the journal in "
                + directory
                + " is torn");
      }
      int start = at;
      at += size;
      count++;
      more =
          handler.onRecord(
              file.base() + start,
              file.time(start),
              file.bytes(),
              file.payload(start),
              file.length(start));
    }
    return count;
  }

  /**
   * Returns when the next record was written.
   *
   * @return in milliseconds since the epoch, or -1 when there is none yet
   * @throws IOException when somebody truncated the file
   */
  public long nextTime() throws IOException {
    int size = file.look(at);
    return size == JournalInput.NONE || size == JournalInput.END ? -1 : file.time(at);
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
   * Returns whether the file has been read to its end, so that {@link #next} must be called.
   *
   * @return true when there is another
   * @throws IOException when somebody truncated the file
   */
  public boolean isAtEndOfFile() throws IOException {
    return file.look(at) == JournalInput.END;
  }

  /**
   * Moves to the next file, or to the oldest when the next has been removed.
   *
   * @throws IOException when it can't be opened
   */
  public void next() throws IOException {
    long base = file.base() + file.size();
    Long found = directory.bases().ceiling(base);
    if (found == null) {
      throw new IOException("The journal in " + directory + " has no file for position " + base);
    }
    file.forget();
    JournalInput next = JournalInput.open(directory.file(found), found, window);
    skipped += found - base;
    file.close();
    file = next;
    at = DATA_OFFSET;
  }

  /**
   * Returns how much was removed before it could be read.
   *
   * @return in bytes
   */
  public long skipped() {
    return skipped;
  }

  /** Closes the file. */
  @Override
  public void close() throws PosixException {
    file.close();
  }
}
