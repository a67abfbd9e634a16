package org.vertxipc.log;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.ByteLock;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The file that all members map: how far the log is committed, who is about to write, and who
 * sleeps. Its locks say who lives and whose turn it is.
 */
final class Control {
  private static final Logger log = LoggerFactory.getLogger(Control.class);

  /** How many members there may be. */
  static final int SLOTS = 1024;

  private static final int SIZE = Words.size(SLOTS);
  private static final int PID = (int) ProcessHandle.current().pid();
  // Locks are on bytes of the file: whose turn it is, and who lives.
  private static final long TURN = 0;
  private static final long LIFE = 1;

  private final Path path;
  private final int fd;
  private final Mapping mapping;
  private final Words words;
  private final ByteLock turn;

  private Control(Path path, int fd, Mapping mapping) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
    this.words = new Words(mapping.buffer());
    this.turn = new ByteLock(fd, path, TURN);
  }

  /** Opens the file, or makes it. Nothing in it is looked at. */
  static Control open(Access access, Path path) throws IOException {
    return open(access, path, true);
  }

  /** Opens the file that is there, and looks whether it is one; returns null when there is none. */
  static Control find(Access access, Path path) throws IOException {
    Control found;
    try {
      found = open(access, path, false);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
    try {
      found.requireFormat();
      return found;
    } catch (IOException | RuntimeException e) {
      found.close();
      throw e;
    }
  }

  private static Control open(Access access, Path path, boolean create) throws IOException {
    int fd = access.open(path, Posix.O_RDWR | (create ? Posix.O_CREAT : 0));
    try {
      if (create && Posix.fstat(fd).owner() == Posix.getuid()) {
        access.grant(fd, path);
      }
      access.require(fd, path, false);
      if (create) {
        Posix.allocate(fd, SIZE, path);
      }
      return new Control(path, fd, Mapping.map(fd, SIZE, path));
    } catch (IOException | RuntimeException e) {
      removeUnused(fd, path);
      Cleanup.close(fd);
      throw e;
    }
  }

  /** What was made just now is to be nothing again, unless somebody else uses it by now. */
  private static void removeUnused(int fd, Path path) {
    try {
      FileStatus named = Posix.lstat(path);
      FileStatus own = Posix.fstat(fd);
      if (named != null
          && named.sameFile(own)
          && own.size() < SIZE
          && FileLock.tryLock(fd, path, TURN)
          && !FileLock.isHeld(fd, path, LIFE, SLOTS)) {
        Posix.unlink(path);
      }
    } catch (IOException e) {
      log.debug(path + " is left", e);
    }
  }

  Path path() {
    return path;
  }

  /** Whether the name still leads to this file. */
  boolean isNamed() throws IOException {
    FileStatus named = Posix.lstat(path);
    return named != null && named.sameFile(Posix.fstat(fd));
  }

  /** Fails when the file is not whole, after a fault of memory. */
  void requireWhole() throws IOException {
    Mapping.requireWhole(fd, SIZE, path);
  }

  // Whose turn it is.

  boolean tryLock() throws IOException {
    if (!turn.tryLock()) {
      return false;
    }
    try {
      writer(PID);
    } catch (IOException e) {
      turn.unlock();
      throw e;
    }
    return true;
  }

  void unlock() throws IOException {
    try {
      writer(0);
    } finally {
      turn.unlock();
    }
  }

  private void writer(int pid) throws IOException {
    try {
      words.writer(pid);
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw explain(e);
    }
  }

  private IOException explain(InternalError fault) {
    return Mapping.explain(fault, fd, SIZE, path);
  }

  /** The process whose turn it seems to be, 0 for none; for people. */
  int writer() {
    int pid = words.writer();
    return pid != 0 ? pid : LockHolder.find(path);
  }

  // Who lives.

  boolean claim(int slot) throws IOException {
    return FileLock.tryLock(fd, path, LIFE + slot);
  }

  void giveUp(int slot) throws IOException {
    FileLock.unlock(fd, path, LIFE + slot);
  }

  /** Whether another opening than this holds a slot. */
  boolean isClaimed(int slot) throws IOException {
    return FileLock.isHeld(fd, path, LIFE + slot);
  }

  /** Whether another opening than this holds any slot. */
  boolean isAnyClaimed() throws IOException {
    return FileLock.isHeld(fd, path, LIFE, SLOTS);
  }

  // What is committed.

  /** Makes an empty file usable, or says what is wrong with it. */
  void ensureFormat() throws IOException {
    try {
      words.ensureFormat();
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw explain(e);
    }
    requireFormat();
  }

  /** Fails when the file is not one of this version. */
  void requireFormat() throws IOException {
    long magic;
    int version;
    try {
      magic = words.magic();
      version = words.version();
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw explain(e);
    }
    if (magic != Words.MAGIC) {
      throw new BadFileException(path, String.format("is no log of a cluster: %016x", magic));
    }
    if (version != Words.VERSION) {
      throw new BadFileException(
          path, "is a log of version " + version + ", this is version " + Words.VERSION);
    }
  }

  /** See {@link Words#head()}. */
  long head() {
    return words.head();
  }

  /** See {@link Words#commit}. */
  long commit(long generation, int position) {
    return words.commit(generation, position);
  }

  // Who sleeps.

  /** A member wants to be woken; it looks for news once more after this. */
  void fallAsleep(int slot) {
    words.fallAsleep(slot);
    Mapping.raiseFault();
  }

  /** Returns true when a member is to be woken, once for each time that it fell asleep. */
  boolean wake(int slot) {
    boolean asleep = words.isAsleep(slot);
    // The JVM makes an error of the fault of a load, but not everywhere of that of an exchange: a
    // file that was truncated must be noticed before.
    Mapping.raiseFault();
    return asleep && words.wake(slot);
  }

  void close() throws IOException {
    try {
      mapping.close();
    } finally {
      Cleanup.close(fd);
    }
  }
}
