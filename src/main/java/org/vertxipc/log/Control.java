package org.vertxipc.log;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 *
 * <p>{@link #head} is the one commit point: the generation of the log in its upper bits and the end
 * of what is committed, in units of eight bytes, in its lower ones. It is stored with release after
 * everything that it makes known, and loaded with acquire before any of that is read.
 */
final class Control {
  private static final Logger log = LoggerFactory.getLogger(Control.class);

  /** How many members there may be. */
  static final int SLOTS = 1024;

  /** "VXIPCLOG" in byte order. */
  private static final long MAGIC = 0x474F4C4350495856L;

  private static final int VERSION = 1;
  private static final int MAGIC_OFFSET = 0;
  private static final int VERSION_OFFSET = 8;
  private static final int HEAD_OFFSET = 128;
  private static final int WRITER_OFFSET = 256;
  private static final int ASLEEP_OFFSET = 4096;
  // A line of the cache for each, so that members that fall asleep don't disturb each other.
  private static final int ASLEEP_STEP = 64;
  private static final int SIZE = ASLEEP_OFFSET + SLOTS * ASLEEP_STEP;
  private static final int PID = (int) ProcessHandle.current().pid();
  // Locks are on bytes of the file: whose turn it is, and who lives.
  private static final long TURN = 0;
  private static final long LIFE = 1;
  private static final int POSITION_BITS = 28;
  private static final int UNIT_BITS = 3;
  private static final long LAST_GENERATION = -1L >>> POSITION_BITS;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final Path path;
  private final int fd;
  private final Mapping mapping;
  private final ByteBuffer buffer;
  private final ByteLock turn;

  private Control(Path path, int fd, Mapping mapping) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
    this.buffer = mapping.buffer();
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
    int fd = Posix.open(path, Posix.O_RDWR | (create ? Posix.O_CREAT : 0), 0600);
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
      INT.setOpaque(buffer, WRITER_OFFSET, pid);
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
    int pid = (int) INT.getOpaque(buffer, WRITER_OFFSET);
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
      if ((long) LONG.getAcquire(buffer, MAGIC_OFFSET) == 0) {
        INT.set(buffer, VERSION_OFFSET, VERSION);
        LONG.setRelease(buffer, MAGIC_OFFSET, MAGIC);
      }
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
      magic = (long) LONG.getAcquire(buffer, MAGIC_OFFSET);
      version = (int) INT.get(buffer, VERSION_OFFSET);
      Mapping.raiseFault();
    } catch (InternalError e) {
      throw explain(e);
    }
    if (magic != MAGIC) {
      throw new BadFileException(path, String.format("is no log of a cluster: %016x", magic));
    }
    if (version != VERSION) {
      throw new BadFileException(
          path, "is a log of version " + version + ", this is version " + VERSION);
    }
  }

  /** Returns what is committed; everything before it is seen by whoever has called this. */
  long head() {
    // Pairs with commit.
    return (long) LONG.getAcquire(buffer, HEAD_OFFSET);
  }

  /** Commits everything that was written before, and returns what {@link #head} is then. */
  long commit(long generation, int position) {
    long head = head(generation, position);
    // Pairs with head.
    LONG.setRelease(buffer, HEAD_OFFSET, head);
    // Pairs with fallAsleep: either the sleeper sees the new head, or this process sees that it
    // sleeps.
    VarHandle.fullFence();
    return head;
  }

  /** The generation that comes after another: it begins again when there are no more numbers. */
  static long next(long generation) {
    return generation < LAST_GENERATION ? generation + 1 : 1;
  }

  static long head(long generation, int position) {
    return generation << POSITION_BITS | position >>> UNIT_BITS;
  }

  static long generation(long head) {
    return head >>> POSITION_BITS;
  }

  static int position(long head) {
    return (int) ((head & (1L << POSITION_BITS) - 1) << UNIT_BITS);
  }

  // Who sleeps.

  /** A member wants to be woken; it looks for news once more after this. */
  void fallAsleep(int slot) {
    INT.setOpaque(buffer, at(slot), 1);
    // Pairs with commit.
    VarHandle.fullFence();
    Mapping.raiseFault();
  }

  /** Returns true when a member is to be woken, once for each time that it fell asleep. */
  boolean wake(int slot) {
    boolean asleep = (int) INT.getOpaque(buffer, at(slot)) != 0;
    // The JVM makes an error of the fault of a load, but not everywhere of that of an exchange: a
    // file that was truncated must be noticed before.
    Mapping.raiseFault();
    return asleep && (int) INT.getAndSet(buffer, at(slot), 0) != 0;
  }

  private static int at(int slot) {
    return ASLEEP_OFFSET + slot * ASLEEP_STEP;
  }

  void close() throws IOException {
    try {
      mapping.close();
    } finally {
      Cleanup.close(fd);
    }
  }
}
