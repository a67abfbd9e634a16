package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.FileWindow;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.ring.RingProducer;
import org.vertxipc.wire.FrameKind;

/**
 * A ring in an ordinary file that outlives its processes, opened by its reader, its writer, or one
 * that is both. Locks on bytes of the file ensure that there is only one of each. Whoever opens the
 * file while the other side does not have it open repairs it first. One thread at a time.
 */
public final class StoreFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreFile.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  // Held while the file is opened, repaired or removed.
  private static final long OPENING = 2;
  // 1 when the writer's name is made for one process, so that it will not come back.
  private static final int PASSING = StoreRepair.FORMAT + 4;
  // Repairing a file of the largest size may take this long on a slow disk.
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  // The kernel closes the files of a dying process one after the other, and its node's lock may be
  // free before the store's is.
  private static final long LOCK_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long ATTEMPT_MILLIS = 5;
  // A millisecond's share of the positions in bits: more bytes than can be written in a
  // millisecond.
  private static final int POSITION_BITS = 20;

  /** The role of the process that opens it. */
  enum Role {
    READER(true, false),
    WRITER(false, true),
    /** Both at once; its records have marks. */
    OWNER(true, true);

    private static final long READING = 0;
    private static final long WRITING = 1;

    private final boolean reads;
    private final boolean writes;

    Role(boolean reads, boolean writes) {
      this.reads = reads;
      this.writes = writes;
    }

    private boolean tryLock(int fd, Path path) throws PosixException {
      return (!reads || FileLock.tryLock(fd, path, READING))
          && (!writes || FileLock.tryLock(fd, path, WRITING));
    }

    /** Returns whether another process has the file open besides the one in this role. */
    private boolean isShared(int fd, Path path) throws PosixException {
      return reads != writes && FileLock.isHeld(fd, path, reads ? WRITING : READING);
    }
  }

  private final Path path;
  private final Role role;
  private final int fd;
  private final Mapping mapping;
  private long synced;

  private StoreFile(Path path, Role role, int fd, Mapping mapping) {
    this.path = path;
    this.role = role;
    this.fd = fd;
    this.mapping = mapping;
  }

  /**
   * Opens the file, and makes it when it does not exist. A file that is no longer a store, because
   * somebody truncated or overwrote it, is put aside for the user to look into, and made anew. This
   * may wait until the other side has opened or repaired it, so it is called on a worker thread.
   */
  static StoreFile open(Access access, Path path, int capacity, Role role) throws IOException {
    long start = System.nanoTime();
    while (true) {
      int fd = openOrCreate(access, path, capacity);
      boolean taken = false;
      try {
        access.require(fd, path, false);
        lockOpening(fd, path);
        try {
          if (isCurrent(fd, path)) {
            taken = !role.tryLock(fd, path);
            if (!taken) {
              return new StoreFile(path, role, fd, map(fd, path, role));
            }
          }
        } catch (CorruptRingException e) {
          putAside(fd, path, role, e);
        } finally {
          FileLock.unlock(fd, path, OPENING);
        }
      } catch (IOException | RuntimeException e) {
        Cleanup.close(fd);
        throw e;
      }
      // Somebody put the file aside meanwhile, or this call did, so that there is another; or it
      // still belongs to another process.
      Cleanup.close(fd);
      if (System.nanoTime() - start > LOCK_NANOS) {
        throw new IOException(
            taken
                ? path
                    + " already has a "
                    + role.name().toLowerCase(Locale.ROOT)
                    + ": is there another node of that name?"
                : path + " keeps being replaced");
      }
      pause();
    }
  }

  /** The user may look into its contents, and the name is free again. */
  private static void putAside(int fd, Path path, Role role, CorruptRingException why)
      throws IOException {
    if (role.isShared(fd, path) && isRing(fd, path)) {
      // Perhaps only the other side knows this version.
      throw new IOException(path + ": " + why.getMessage(), why);
    }
    putAside(path, why);
  }

  private static void putAside(Path path, CorruptRingException why) throws IOException {
    Path aside = Path.of(String.format("%s.damaged-%016x", path, RANDOM.nextLong()));
    Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    log.error(path + " is no longer a valid store and was moved to " + aside, why);
  }

  /**
   * Returns whether the file may still be useful to somebody; otherwise it does not matter who has
   * it open.
   */
  private static boolean isRing(int fd, Path path) throws IOException {
    int least = RingLayout.size(RingLayout.MIN_CAPACITY);
    if (Posix.fstat(fd).size() < least) {
      return false;
    }
    try (Mapping header = Mapping.map(fd, least, path)) {
      return RingLayout.hasMagic(header.buffer());
    }
  }

  private static Mapping map(int fd, Path path, Role role) throws IOException {
    long size = Posix.fstat(fd).size();
    if (size < RingLayout.size(RingLayout.MIN_CAPACITY)) {
      throw new CorruptRingException("too short for a ring: " + size + " bytes");
    }
    if (size > RingLayout.size(RingLayout.MAX_CAPACITY)) {
      throw new CorruptRingException("too large for a ring: " + size + " bytes");
    }
    Mapping mapping = Mapping.map(fd, (int) size, path);
    try {
      StoreRepair.check(mapping.buffer());
      if (!role.isShared(fd, path)) {
        StoreRepair.repair(fd, mapping.buffer(), path, new Envelope(role == Role.OWNER));
      }
      validate(mapping.buffer(), role);
      return mapping;
    } catch (IOException | RuntimeException e) {
      mapping.close();
      throw e;
    }
  }

  /** Fails when the ends that are about to be created on it would fail. */
  private static void validate(ByteBuffer ring, Role role) {
    if (role.reads) {
      new RingConsumer(ring, false).isReady();
    }
    if (role.writes) {
      new RingProducer(ring).unpublished();
    }
  }

  private static void lockOpening(int fd, Path path) throws IOException {
    long start = System.nanoTime();
    while (!FileLock.tryLock(fd, path, OPENING)) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException(path + " is being opened by another process, which does not finish");
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(ATTEMPT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static int openOrCreate(Access access, Path path, int capacity) throws IOException {
    while (true) {
      try {
        return Posix.open(path, Posix.O_RDWR, 0);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
      create(access, path, capacity);
    }
  }

  /** Checks that there is room for a store. */
  static void probe(Access access, Path directory, int capacity) throws IOException {
    Path draft = directory.resolve(String.format("probe.%016x", RANDOM.nextLong()));
    int fd = access.create(draft, Posix.O_RDWR);
    try {
      Posix.allocate(fd, RingLayout.size(capacity), draft);
    } finally {
      Cleanup.close(fd);
      Cleanup.unlink(draft);
    }
  }

  /** Completes the file under another name, and then gives it its name, unless that is taken. */
  private static void create(Access access, Path path, int capacity) throws IOException {
    Path draft = Path.of(String.format("%s.%016x", path, RANDOM.nextLong()));
    int fd = access.create(draft, Posix.O_RDWR);
    try {
      int size = RingLayout.size(capacity);
      Posix.allocate(fd, size, path);
      try (Mapping mapping = Mapping.map(fd, size, draft)) {
        mapping.buffer().putInt(StoreRepair.FORMAT, FrameKind.PROTOCOL_VERSION);
        // This is higher than the positions of an earlier file of this name, because message
        // numbers must grow.
        long position = System.currentTimeMillis() << POSITION_BITS;
        RingLayout.initialize(mapping.buffer(), capacity, position);
      }
      Posix.sync(fd, draft);
      Files.createLink(path, draft);
      // Data that is synced to disk later is useless without its name.
      syncDirectory(path.getParent());
      syncDirectory(path.getParent().getParent());
    } catch (FileAlreadyExistsException e) {
      log.debug(path + " was made by the other side at the same moment");
    } finally {
      Cleanup.close(fd);
      Cleanup.unlink(draft);
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    int fd = Posix.open(directory, Posix.O_RDONLY, 0);
    try {
      Posix.sync(fd, directory);
    } finally {
      Cleanup.close(fd);
    }
  }

  ByteBuffer buffer() {
    return mapping.buffer();
  }

  Path path() {
    return path;
  }

  /** Reads bytes into memory; returns how many, fewer only when somebody truncated it. */
  int read(FileWindow window, int offset, int length) throws PosixException {
    return window.read(fd, offset, length);
  }

  /** Records, as its writer, whether the writer's name is made for this process alone. */
  void setPassing(boolean passing) {
    buffer().putInt(PASSING, passing ? 1 : 0);
  }

  /** Returns whether its writer does not come back under its name after it is gone. */
  boolean isPassing() {
    return buffer().getInt(PASSING) == 1;
  }

  /** Brings it to the disk, which may take a long time. */
  void sync() throws IOException {
    Posix.sync(fd, path);
  }

  /** Brings it to the disk, and remembers what the reader had released before. */
  void syncReleased() throws IOException {
    long released = new RingConsumer(buffer(), false).position();
    sync();
    synced = released;
  }

  /**
   * Returns how much the disk knows to be released by the reader; meaningless unless it is synced.
   */
  long synced() {
    return synced;
  }

  /**
   * Returns whether the name still leads to this file; otherwise nobody will find what is written
   * to it.
   */
  boolean isCurrent() throws PosixException {
    return isCurrent(fd, path);
  }

  private static boolean isCurrent(int fd, Path path) throws PosixException {
    FileStatus named = Posix.lstat(path);
    return named != null && named.sameFile(Posix.fstat(fd));
  }

  /** Fails with a CorruptRingException when the file was truncated. */
  void requireWhole() {
    MemoryFaults.requireWhole(fd, mapping, path);
  }

  /**
   * A file that can't be read is left for the user to look into. Does nothing when that has been
   * done.
   */
  void putAside(CorruptRingException why) throws IOException {
    lockOpening(fd, path);
    try {
      if (isCurrent()) {
        putAside(path, why);
      }
    } finally {
      FileLock.unlock(fd, path, OPENING);
    }
  }

  /**
   * Removes the file unless the other side has it open, or is about to; returns whether it is gone.
   */
  boolean removeUnlessShared() throws PosixException {
    if (!FileLock.tryLock(fd, path, OPENING)) {
      return false;
    }
    try {
      boolean alone = !role.isShared(fd, path);
      if (alone && isCurrent()) {
        Posix.unlink(path);
      }
      return alone;
    } finally {
      FileLock.unlock(fd, path, OPENING);
    }
  }

  @Override
  public void close() throws PosixException {
    mapping.close();
    Posix.close(fd);
  }
}
