package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The log of a cluster, in a directory of its own: one file that says how far it is committed, and
 * one for the records, which is replaced by another that begins with a snapshot when it is full.
 * Whoever wants to write takes a lock, which the kernel releases when its process dies. A record is
 * there for all as soon as one word is stored, and not at all before.
 *
 * <p>{@link #hasNews}, {@link #wake}, {@link #fallAsleep} and {@link #isClaimed} may be called on
 * any thread, also after {@link #close}, when they do nothing. All other methods are called by one
 * thread at a time, which the caller sees to, and not after it. A file that somebody truncates is
 * an {@link IOException}.
 */
public final class CommandLog {
  /** How many members a log can have. */
  public static final int SLOTS = Control.SLOTS;

  private static final String CONTROL = "control";
  private static final String LOG = "log-";
  private static final String DRAFT = "log.new";
  private static final int OPEN_ATTEMPTS = 100;

  private final Access access;
  private final Path directory;
  private final int roomBytes;
  private final Control control;
  // Whoever touches the memory shares it, so that nobody does so when it is unmapped.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;
  private LogFile file;
  private int position;
  private volatile long seen;

  /** What reads the records. */
  public interface Reader {
    /** What was read until now is worth nothing: records of a snapshot come next. */
    void restart();

    /**
     * A record.
     *
     * @param bytes a copy; not trusted
     * @throws IOException when it can't be used: then the log can't be used any more
     */
    void record(byte[] bytes) throws IOException;
  }

  private CommandLog(Access access, Path directory, int roomBytes, Control control) {
    this.access = access;
    this.directory = directory;
    this.roomBytes = roomBytes;
    this.control = control;
  }

  /**
   * Opens a log, or makes an empty one. Nothing of it may be used before the lock was taken and
   * {@link #isNamed} is true, see there.
   *
   * @param access who may open it
   * @param directory exists
   * @param roomBytes how much room there is for records after a snapshot, at the least
   * @return the log
   * @throws IOException when it can't be opened
   */
  public static CommandLog open(Access access, Path directory, int roomBytes) throws IOException {
    return new CommandLog(
        access, directory, roomBytes, Control.open(access, directory.resolve(CONTROL), true));
  }

  /**
   * Opens a log that is there, to read it without taking part.
   *
   * @param access who may have made it
   * @param directory where
   * @return null when there is none
   * @throws IOException when it can't be opened
   */
  public static CommandLog view(Access access, Path directory) throws IOException {
    try {
      Control control = Control.open(access, directory.resolve(CONTROL), false);
      CommandLog log = new CommandLog(access, directory, 0, control);
      control.ensureFormat();
      return log;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  // The lock.

  /**
   * Takes the lock, without waiting.
   *
   * @return false when another process, or another log of this process, has it
   * @throws IOException when that can't be told
   */
  public boolean tryLock() throws IOException {
    return control.tryLock();
  }

  /**
   * Releases the lock.
   *
   * @throws IOException when the kernel refuses
   */
  public void unlock() throws IOException {
    control.unlock();
  }

  /**
   * Returns which process has the lock, for people.
   *
   * @return its number, 0 when none seems to have it
   */
  public int writer() {
    return control.writer();
  }

  /**
   * Returns whether the file of this log still has its name. Whoever leaves as the last removes it,
   * perhaps while another waits for its lock: that one opens another log then.
   *
   * @return whether it is the one that others open
   * @throws IOException when it can't be told
   */
  public boolean isNamed() throws IOException {
    return control.isNamed();
  }

  // Who lives.

  /**
   * Takes a slot for life.
   *
   * @param slot 0 to {@link #SLOTS} - 1
   * @return false when another log has it
   * @throws IOException when it can't be told
   */
  public boolean claim(int slot) throws IOException {
    return control.claim(slot);
  }

  /**
   * Gives a slot up.
   *
   * @param slot which
   * @throws IOException when the kernel refuses
   */
  public void giveUp(int slot) throws IOException {
    control.giveUp(slot);
  }

  /**
   * Returns whether another log has a slot: a process that dies has none.
   *
   * @param slot which
   * @return whether somebody else has it
   * @throws IOException when it can't be told
   */
  public boolean isClaimed(int slot) throws IOException {
    use.readLock().lock();
    try {
      return !closed && slot >= 0 && slot < SLOTS && control.isClaimed(slot);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Returns whether anybody else lives.
   *
   * @return whether another log has a slot
   * @throws IOException when it can't be told
   */
  public boolean isAnyClaimed() throws IOException {
    return control.isAnyClaimed();
  }

  // Who sleeps.

  /**
   * Says that a member wants to be woken. It has to look for news once more after this.
   *
   * @param slot its own
   */
  public void fallAsleep(int slot) {
    use.readLock().lock();
    try {
      if (!closed) {
        control.fallAsleep(slot);
      }
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Returns whether a member is to be woken, once for each time that it fell asleep.
   *
   * @param slot its slot
   * @return true when the caller is the one to wake it
   */
  public boolean wake(int slot) {
    use.readLock().lock();
    try {
      return !closed && slot >= 0 && slot < SLOTS && control.wake(slot);
    } finally {
      use.readLock().unlock();
    }
  }

  // Reading.

  /**
   * Returns whether there is something to read. It takes some nanoseconds, on any thread.
   *
   * @return true also when memory is broken, which {@link #read} will say
   */
  public boolean hasNews() {
    use.readLock().lock();
    try {
      if (closed) {
        return false;
      }
      long head = control.head();
      Mapping.raiseFault();
      return head != seen;
    } catch (InternalError e) {
      return true;
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Reads everything that is committed.
   *
   * @param reader is given the records
   * @throws IOException when the log can't be used any more
   */
  public void read(Reader reader) throws IOException {
    try {
      long head = control.head();
      while (head != seen) {
        readTo(head, reader);
        Mapping.raiseFault();
        seen = head;
        head = control.head();
      }
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw broken(e);
    }
  }

  private void readTo(long head, Reader reader) throws IOException {
    long generation = Control.generation(head);
    if (file != null && generation == file.generation() + 1) {
      LogFile next = tryOpen(generation);
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

  private void read(int end, Reader reader) throws IOException {
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
      LogFile opened = tryOpen(wanted);
      if (opened != null) {
        return opened;
      }
      wanted = Control.generation(control.head());
    }
    throw new IOException("somebody has removed " + path(wanted));
  }

  private LogFile tryOpen(long generation) throws IOException {
    try {
      return LogFile.open(access, path(generation), generation);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  private Path path(long generation) {
    return directory.resolve(LOG + generation);
  }

  private IOException broken(InternalError fault) {
    try {
      control.requireWhole();
      if (file != null) {
        file.requireWhole();
      }
    } catch (IOException e) {
      e.addSuppressed(fault);
      return e;
    }
    return new IOException("a fault of memory", fault);
  }

  // Writing, with the lock held and everything read.

  /**
   * Begins anew, when nobody lives who has read what was there.
   *
   * @throws IOException when it can't be
   */
  public void begin() throws IOException {
    control.ensureFormat();
    long before = Control.generation(control.head());
    removeFiles();
    replace(before + 1, snapshot -> {}, 0);
  }

  /**
   * Fails when what is there is of another version.
   *
   * @throws IOException then
   */
  public void requireFormat() throws IOException {
    control.ensureFormat();
  }

  /**
   * Writes a record, which is nothing before {@link #commit}.
   *
   * @param bytes what all will read
   * @return false when there is no room: see {@link #compact}
   */
  public boolean append(byte[] bytes) {
    int next = file.write(position, bytes);
    if (next < 0) {
      return false;
    }
    position = next;
    return true;
  }

  /**
   * Makes what was written there for all.
   *
   * @throws IOException when memory is broken
   */
  public void commit() throws IOException {
    try {
      // What was written must be whole before others are told of it.
      Mapping.raiseFault();
      control.commit(file.generation(), position);
      seen = control.head();
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw broken(e);
    }
  }

  /**
   * Makes room: another file takes the place of this one, which begins with a snapshot. Nothing has
   * changed when this fails.
   *
   * @param snapshot says, twice, what makes an empty state equal to that after all records
   * @param bytes length of the next record
   * @throws IOException when there is no room, or the state is too large
   */
  public void compact(Consumer<Consumer<byte[]>> snapshot, int bytes) throws IOException {
    LogFile before = file;
    replace(file.generation() + 1, snapshot, bytes);
    Cleanup.unlink(before.path());
  }

  private void replace(long generation, Consumer<Consumer<byte[]>> snapshot, int bytes)
      throws IOException {
    long[] length = {0};
    snapshot.accept(record -> length[0] += LogFile.length(record.length));
    long size = LogFile.START + length[0] + Math.max(roomBytes, length[0]) + LogFile.length(bytes);
    if (size > LogFile.MAX_SIZE) {
      size = LogFile.MAX_SIZE;
    }
    if (LogFile.START + length[0] + LogFile.length(bytes) > size) {
      throw new IOException(
          "the state of the cluster would take more than " + LogFile.MAX_SIZE + " bytes");
    }
    access.ensureDirectory(directory);
    Path draft = directory.resolve(DRAFT);
    Posix.unlink(draft);
    LogFile next = LogFile.create(access, draft, (int) size, generation);
    try {
      int[] at = {LogFile.START};
      snapshot.accept(record -> at[0] = next.write(at[0], record));
      next.begin(file == null ? LogFile.START : position, at[0]);
      Mapping.raiseFault();
      Files.move(draft, path(generation), StandardCopyOption.ATOMIC_MOVE);
      LogFile moved = LogFile.open(access, path(generation), generation);
      follow(moved, at[0]);
    } catch (InternalError e) {
      Cleanup.unlink(draft);
      throw broken(e);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(draft);
      throw e;
    } finally {
      next.close();
    }
    commit();
  }

  // The end.

  /**
   * Removes all files. The lock is held, and nobody lives who uses them.
   *
   * @throws IOException when it can't be
   */
  public void remove() throws IOException {
    removeFiles();
    Posix.unlink(control.path());
  }

  private void removeFiles() throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path each : all) {
        if (!each.equals(control.path())) {
          Posix.unlink(each);
        }
      }
    }
  }

  /**
   * Closes everything, and so releases the lock and the slot.
   *
   * @throws IOException when the kernel refuses
   */
  public void close() throws IOException {
    use.writeLock().lock();
    try {
      closed = true;
      if (file != null) {
        file.close();
      }
    } finally {
      use.writeLock().unlock();
      control.close();
    }
  }
}
