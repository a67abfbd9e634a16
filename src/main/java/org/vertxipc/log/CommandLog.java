package org.vertxipc.log;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
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
 * <p>{@link #hasNews}, {@link #wake}, {@link #fallAsleep}, {@link #isClaimed} and {@link #giveUp}
 * may be called on any thread, also after {@link #close}, when they do nothing. All other methods
 * are called by one thread at a time, which the caller sees to, and not after it. A file that
 * somebody truncates is an {@link IOException}.
 */
public final class CommandLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommandLog.class);

  /** How many members a log can have. */
  public static final int SLOTS = Control.SLOTS;

  private static final String CONTROL = "control";

  private final LogFiles files;
  private final Control control;
  private final Tail tail;
  // Whoever touches the memory shares it, so that nobody does so when it is unmapped.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;
  private volatile long seen;

  private CommandLog(LogFiles files, int roomBytes, Control control) {
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
    return new CommandLog(
        new LogFiles(access, directory),
        roomBytes,
        Control.open(access, directory.resolve(CONTROL)));
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
    Control control = Control.find(access, directory.resolve(CONTROL));
    return control == null ? null : new CommandLog(new LogFiles(access, directory), 0, control);
  }

  // The lock.

  /**
   * Takes the lock, without waiting.
   *
   * @return false when another process, or another log of this process, has it
   * @throws IOException when that can't be told, or memory is broken: then it is not taken
   */
  public boolean tryLock() throws IOException {
    return control.tryLock();
  }

  /**
   * Releases the lock. What was written and not committed is nothing.
   *
   * @throws IOException when the kernel refuses, or memory is broken: it is released also then
   */
  public void unlock() throws IOException {
    tail.rollBack();
    control.unlock();
  }

  /**
   * Returns which process has the lock, for people.
   *
   * @return its number, 0 when none seems to have it
   */
  public int writer() {
    try {
      int pid = control.writer();
      Mapping.raiseFault();
      return pid;
    } catch (InternalError e) {
      return 0;
    }
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
    use.readLock().lock();
    try {
      if (!closed) {
        control.giveUp(slot);
      }
    } finally {
      use.readLock().unlock();
    }
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
    } catch (InternalError e) {
      log.debug("Memory is broken, which read will say", e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Returns whether a member is to be woken, once for each time that it fell asleep.
   *
   * @param slot its slot
   * @return true when the caller is the one to wake it; false also when memory is broken, which
   *     {@link #read} will say
   */
  public boolean wake(int slot) {
    use.readLock().lock();
    try {
      return !closed && slot >= 0 && slot < SLOTS && control.wake(slot);
    } catch (InternalError e) {
      return false;
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
  public void read(LogReader reader) throws IOException {
    try {
      long head = control.head();
      while (!tail.isOpen() || head != seen) {
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
    return new IOException("a fault of memory in " + files.directory(), fault);
  }

  // Writing, with the lock held and everything read.

  /**
   * Begins anew, when nobody lives who has read what was there.
   *
   * @throws IOException when it can't be
   */
  public void begin() throws IOException {
    control.ensureFormat();
    files.removeAllBut(control.path());
    try {
      tail.replace(Words.next(Words.generation(control.head())), snapshot -> {}, 0);
    } catch (InternalError e) {
      throw broken(e);
    }
    commit();
  }

  /**
   * Fails when what is there is no log that somebody has begun, or one of another version.
   *
   * @throws IOException then
   */
  public void requireFormat() throws IOException {
    control.requireFormat();
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
      seen = tail.commit();
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
    tail.replace(Words.next(tail.generation()), snapshot, bytes);
    commit();
    removeOld();
  }

  /**
   * Removes the logs that nobody opens any more: those of before, and what a process has left that
   * died while it made another. The lock is held, and everything is read.
   */
  public void removeOld() {
    try {
      files.removeOld(tail.generation());
    } catch (IOException e) {
      log.warn("Old logs of the cluster are left", e);
    }
  }

  // The end.

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
    files.removeAllBut(control.path());
  }

  /**
   * Closes everything, and so releases the lock and the slot.
   *
   * @throws IOException when the kernel refuses
   */
  @Override
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
