package org.vertxipc.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;

/**
 * One generation of a log: records that make an empty state equal to that at the end of the
 * generation before, then those that came later. What is in it is not trusted: lengths are checked,
 * and records are copied before anybody reads them.
 */
final class LogFile {
  /** Where the first record is. */
  static final int START = 64;

  static final int MAX_SIZE = 1 << 30;

  /** "VXIPCGEN" in byte order. */
  private static final long MAGIC = 0x4E45474350495856L;

  private static final int MAGIC_OFFSET = 0;
  private static final int GENERATION_OFFSET = 8;
  private static final int PREVIOUS_END_OFFSET = 16;
  private static final int SNAPSHOT_END_OFFSET = 24;

  private final Path path;
  private final int fd;
  private final Mapping mapping;
  private final ByteBuffer buffer;
  private final int size;
  private final long generation;
  // What the header says, which is read once: what was checked is what is used.
  private int previousEnd;
  private int snapshotEnd;

  private LogFile(Path path, int fd, Mapping mapping, int size, long generation) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
    this.buffer = mapping.buffer().order(ByteOrder.LITTLE_ENDIAN);
    this.size = size;
    this.generation = generation;
  }

  /** Makes a file, all of which is reserved, and which the caller gives its name. */
  static LogFile create(Access access, Path draft, Path path, int size, long generation)
      throws IOException {
    int fd = access.create(draft, Posix.O_RDWR);
    try {
      Posix.allocate(fd, size, draft);
      return new LogFile(path, fd, Mapping.map(fd, size, draft), size, generation);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      Cleanup.unlink(draft);
      throw e;
    }
  }

  /** Opens the file of another process. */
  static LogFile open(Access access, Path path, long generation) throws IOException {
    return use(access, access.open(path, Posix.O_RDWR), path, generation);
  }

  /** Uses the file of another process, which is open. It is closed when that fails. */
  static LogFile use(Access access, int fd, Path path, long generation) throws IOException {
    try {
      access.require(fd, path, false);
      long size = Posix.fstat(fd).size();
      if (size < START || size > MAX_SIZE) {
        throw new BadFileException(path, "has " + size + " bytes");
      }
      LogFile file =
          new LogFile(path, fd, Mapping.map(fd, (int) size, path), (int) size, generation);
      try {
        file.readHeader();
        return file;
      } catch (IOException | RuntimeException e) {
        file.mapping.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      throw e;
    }
  }

  private void readHeader() throws IOException {
    try {
      long previous = buffer.getLong(PREVIOUS_END_OFFSET);
      long snapshot = buffer.getLong(SNAPSHOT_END_OFFSET);
      boolean right =
          buffer.getLong(MAGIC_OFFSET) == MAGIC
              && buffer.getLong(GENERATION_OFFSET) == generation
              && isPosition(previous, MAX_SIZE)
              && isPosition(snapshot, size);
      Mapping.raiseFault();
      if (!right) {
        throw new BadFileException(path, "is no log of generation " + generation);
      }
      previousEnd = (int) previous;
      snapshotEnd = (int) snapshot;
    } catch (InternalError e) {
      throw explain(e);
    }
  }

  private static boolean isPosition(long at, int limit) {
    return at >= START && at <= limit && at % Records.ALIGNMENT == 0;
  }

  /** Writes the header, when the snapshot is there. */
  void begin(int previous, int snapshot) {
    previousEnd = previous;
    snapshotEnd = snapshot;
    buffer.putLong(GENERATION_OFFSET, generation);
    buffer.putLong(PREVIOUS_END_OFFSET, previous);
    buffer.putLong(SNAPSHOT_END_OFFSET, snapshot);
    buffer.putLong(MAGIC_OFFSET, MAGIC);
  }

  long generation() {
    return generation;
  }

  /** Where the generation before ended. */
  int previousEnd() {
    return previousEnd;
  }

  /** Where what came later begins. */
  int snapshotEnd() {
    return snapshotEnd;
  }

  /**
   * Writes a record that nobody sees before it is committed.
   *
   * @return where the next one is, -1 when there is no room
   */
  int write(int at, byte[] bytes) {
    return Records.write(buffer, at, size, bytes);
  }

  /** Returns a copy of a record that ends before {@code end}. */
  byte[] read(int at, int end) throws IOException {
    byte[] bytes = Records.read(buffer, at, end);
    // A copy of memory that is not there must not be taken for a record.
    Mapping.raiseFault();
    if (bytes == null) {
      throw new BadFileException(path, "has no record at " + at + ", which is said to be there");
    }
    return bytes;
  }

  /** Fails when a position can't be the end of records in this file. */
  void requireEnd(int end, int from) throws IOException {
    if (!isPosition(end, size) || end < from) {
      throw new BadFileException(
          path, "is said to end at " + end + ", it has " + size + " bytes, read to " + from);
    }
  }

  /** Fails when the file is not whole, after a fault of memory. */
  void requireWhole() throws IOException {
    Mapping.requireWhole(fd, size, path);
  }

  /** Returns what a fault says that was met here. */
  IOException explain(InternalError fault) {
    return Mapping.explain(fault, fd, size, path);
  }

  Path path() {
    return path;
  }

  void close() throws IOException {
    try {
      mapping.close();
    } finally {
      Cleanup.close(fd);
    }
  }
}
