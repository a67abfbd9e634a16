package org.vertxipc.log;

import java.io.IOException;
import java.util.function.Consumer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Mapping;

/** The file of a log that is read and written now, and how far that has come. */
final class Tail {
  private static final int OPEN_ATTEMPTS = 100;

  private final LogDirectory files;
  private final int roomBytes;
  private final Control control;
  private LogFile file;
  private int position;

  Tail(LogDirectory files, int roomBytes, Control control) {
    this.files = files;
    this.roomBytes = roomBytes;
    this.control = control;
  }

  long generation() {
    return file.generation();
  }

  void readTo(long head, CommandLog.Reader reader) throws IOException {
    long generation = Control.generation(head);
    if (file != null && generation == file.generation() + 1) {
      LogFile next = files.tryOpen(generation);
      if (next != null) {
        file.requireEnd(next.previousEnd(), position);
        read(next.previousEnd(), reader);
        follow(next, next.snapshotEnd());
      }
    }
    if (file == null || generation != file.generation()) {
      follow(reopen(generation), LogFile.START);
      reader.restart();
      generation = file.generation();
    }
    if (generation == Control.generation(head)) {
      file.requireEnd(Control.position(head), position);
      read(Control.position(head), reader);
    }
  }

  private void read(int end, CommandLog.Reader reader) throws IOException {
    while (position < end) {
      byte[] bytes = file.read(position, end);
      reader.record(bytes);
      position += LogFile.length(bytes.length);
    }
  }

  private void follow(LogFile next, int from) throws IOException {
    if (file != null) {
      file.close();
    }
    file = next;
    position = from;
  }

  /** Opens the newest file, whatever its generation has become meanwhile. */
  private LogFile reopen(long generation) throws IOException {
    long wanted = generation;
    for (int i = 0; i < OPEN_ATTEMPTS; i++) {
      LogFile opened = files.tryOpen(wanted);
      if (opened != null) {
        return opened;
      }
      wanted = Control.generation(control.head());
    }
    throw new IOException("somebody has removed " + files.path(wanted));
  }

  /** Returns false when there is no room. */
  boolean append(byte[] bytes) {
    int next = file.write(position, bytes);
    if (next < 0) {
      return false;
    }
    position = next;
    return true;
  }

  void commit() {
    control.commit(file.generation(), position);
  }

  /** Goes on in a new file, which others do not know of before {@link #commit}. */
  void replace(long generation, Consumer<Consumer<byte[]>> snapshot, int bytes) throws IOException {
    long[] length = {0};
    snapshot.accept(record -> length[0] += LogFile.length(record.length));
    long least = LogFile.START + length[0] + LogFile.length(bytes);
    if (least > LogFile.MAX_SIZE) {
      throw new IOException(
          "the state of the cluster would take more than " + LogFile.MAX_SIZE + " bytes");
    }
    LogFile next = files.create(generation, least, Math.max(roomBytes, length[0]));
    try {
      int[] at = {LogFile.START};
      snapshot.accept(record -> at[0] = next.write(at[0], record));
      next.begin(file == null ? LogFile.START : position, at[0]);
      Mapping.raiseFault();
      follow(files.publish(generation), at[0]);
    } catch (IOException | RuntimeException | InternalError e) {
      Cleanup.unlink(next.path());
      throw e;
    } finally {
      next.close();
    }
  }

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
