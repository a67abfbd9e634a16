package org.vertxipc.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;

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

  private final LogDirectory files;
  private final Tail tail;
  private final Control control;
  // Whoever touches the memory shares it, so that nobody does so when it is unmapped.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;
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

  private CommandLog(LogDirectory files, int roomBytes, Control control) {
    this.files = files;
    this.control = control;
    this.tail = new Tail(files, roomBytes, control);
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
    LogDirectory files = new LogDirectory(access, directory);
    return new CommandLog(files, roomBytes, Control.open(access, files.control()));
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

  /**
   * Returns whether there is no file of this name at all, because somebody has removed it.
   *
   * @return false also when another log has it
   * @throws IOException when it can't be told
   */
  public boolean isLost() throws IOException {
    return Posix.lstat(control.path()) == null;
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
        tail.readTo(head, reader);
        Mapping.raiseFault();
        seen = head;
        head = control.head();
      }
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw broken(e);
    }
  }

  private IOException broken(InternalError fault) {
    try {
      control.requireWhole();
      tail.requireWhole();
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
    files.removeAll();
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
   * @throws IOException when memory is broken
   */
  public boolean append(byte[] bytes) throws IOException {
    try {
      return tail.append(bytes);
    } catch (InternalError e) {
      throw broken(e);
    }
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
      tail.commit();
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
    replace(tail.generation() + 1, snapshot, bytes);
    removeOld();
  }

  /**
   * Removes the logs that nobody opens any more: those of before, and what a process has left that
   * died while it made another. The lock is held, and everything is read.
   *
   * @throws IOException when it can't be
   */
  public void removeOld() throws IOException {
    files.removeOld(tail.generation());
  }

  private void replace(long generation, Consumer<Consumer<byte[]>> snapshot, int bytes)
      throws IOException {
    try {
      tail.replace(generation, snapshot, bytes);
    } catch (InternalError e) {
      throw broken(e);
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
    files.removeAll();
    removeControl();
  }

  /**
   * Removes the file with the lock, which is held: whoever waits for it opens another.
   *
   * @throws IOException when it can't be
   */
  public void removeControl() throws IOException {
    Posix.unlink(control.path());
  }

  /**
   * Removes all files but that with the lock, as when somebody has removed that, and nobody lives.
   *
   * @throws IOException when it can't be
   */
  public void removeFiles() throws IOException {
    files.removeAll();
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
      tail.close();
    } finally {
      use.writeLock().unlock();
      control.close();
    }
  }
}
