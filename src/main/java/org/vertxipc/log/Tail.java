package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.vertxipc.posix.BadFileException;

/** Where in a log its user is: in which of its files, and at which place. One thread at a time. */
final class Tail {
  private static final int OPEN_ATTEMPTS = 100;

  private final LogFiles files;
  private final int roomBytes;
  private final Control control;
  private LogFile file;
  // What is before it was read, or committed here.
  private int position;
  // Where the next record is written; what is between is nothing before it is committed.
  private int end;

  Tail(LogFiles files, int roomBytes, Control control) {
    this.files = files;
    this.roomBytes = roomBytes;
    this.control = control;
  }

  boolean isOpen() {
    return file != null;
  }

  long generation() {
    return file.generation();
  }

  Path path() {
    return file.path();
  }

  /** Reads what is committed; when that is in a newer file meanwhile, up to there. */
  void readTo(long head, LogReader reader) throws IOException {
    long generation = Words.generation(head);
    if (file != null && generation == Words.next(file.generation())) {
      LogFile next = files.tryOpen(generation);
      if (next != null) {
        readRest(next, reader);
      }
    }
    if (file == null || generation != file.generation()) {
      follow(openNewest(generation), LogFile.START);
      reader.restart();
      generation = file.generation();
    }
    if (generation == Words.generation(head)) {
      file.requireEnd(Words.position(head), position);
      read(Words.position(head), reader);
    }
  }

  /** Reads what has come before the next file was made. Its snapshot is not needed then. */
  private void readRest(LogFile next, LogReader reader) throws IOException {
    try {
      file.requireEnd(next.previousEnd(), position);
      read(next.previousEnd(), reader);
    } catch (IOException | RuntimeException | Error e) {
      next.close();
      throw e;
    }
    follow(next, next.snapshotEnd());
  }

  private void read(int to, LogReader reader) throws IOException {
    while (position < to) {
      byte[] bytes = file.read(position, to);
      try {
        reader.record(bytes);
      } catch (IOException e) {
        throw new BadFileException(
            file.path(),
            "has a record at " + position + " that can't be used: " + e.getMessage(),
            e);
      }
      position += Records.length(bytes.length);
      end = position;
    }
  }

  /**
   * Opens the newest file, whatever its generation has become meanwhile. When somebody has removed
   * it, those who know what is in it have it open.
   */
  private LogFile openNewest(long generation) throws IOException {
    long wanted = generation;
    for (int i = 0; i < OPEN_ATTEMPTS; i++) {
      LogFile opened = files.tryOpen(wanted);
      long newest = Words.generation(control.head());
      if (opened == null && newest == wanted) {
        opened = files.tryOpenRemoved(wanted);
        newest = Words.generation(control.head());
      }
      if (opened != null) {
        return opened;
      }
      if (newest == wanted) {
        break;
      }
      wanted = newest;
    }
    throw new IOException("somebody has removed " + files.path(wanted));
  }

  private void follow(LogFile next, int from) throws IOException {
    LogFile before = file;
    file = next;
    position = from;
    end = from;
    if (before != null) {
      before.close();
    }
  }

  /** Returns false when there is no room. */
  boolean append(byte[] bytes) {
    int next = file.write(end, bytes);
    if (next < 0) {
      return false;
    }
    end = next;
    return true;
  }

  /** What was written and not committed is nothing. */
  void rollBack() {
    end = position;
  }

  long commit() {
    long head = control.commit(file.generation(), end);
    position = end;
    return head;
  }

  /** Goes on in a new file, which others do not know of before {@link #commit}. */
  void replace(long generation, Consumer<Consumer<byte[]>> snapshot, int bytes) throws IOException {
    long[] length = {0};
    snapshot.accept(record -> length[0] += Records.length(record.length));
    long needed = LogFile.START + length[0] + Records.length(bytes);
    if (needed > LogFile.MAX_SIZE) {
      throw new IOException(
          "the state of the cluster would take more than " + LogFile.MAX_SIZE + " bytes");
    }
    int previousEnd = file == null ? LogFile.START : position;
    int[] at = {LogFile.START};
    LogFile next =
        files.make(
            generation,
            needed,
            Math.max(roomBytes, length[0]),
            made -> {
              at[0] = LogFile.START;
              snapshot.accept(record -> at[0] = made.write(at[0], record));
              made.begin(previousEnd, at[0]);
            });
    follow(next, at[0]);
  }

  /** Fails when the file is not whole, after a fault of memory. */
  void requireWhole() throws IOException {
    if (file != null) {
      file.requireWhole();
    }
  }

  void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
