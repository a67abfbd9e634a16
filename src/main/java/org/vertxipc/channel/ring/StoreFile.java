package org.vertxipc.channel.ring;

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
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.ring.RingRecovery;

/**
 * A ring in an ordinary file that outlives its processes, opened by its reader or its writer. Locks
 * on bytes of the file see to it that there is one of each. Whoever opens it while the other side
 * does not have it open mends it first.
 */
final class StoreFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreFile.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  // Held while the file is opened.
  private static final long OPENING = 2;
  private static final int ATTEMPTS = 100;
  private static final long ATTEMPT_MILLIS = 5;

  /** Who opens it. */
  enum Role {
    READER(0, 1),
    WRITER(1, 0);

    private final long lock;
    private final long otherLock;

    Role(long lock, long otherLock) {
      this.lock = lock;
      this.otherLock = otherLock;
    }
  }

  private final Path path;
  private final int fd;
  private final Mapping mapping;

  private StoreFile(Path path, int fd, Mapping mapping) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
  }

  /**
   * Opens the file, which is made when it is not there. One that is no store any more, because
   * somebody truncated or overwrote it, is put aside for the user to look into, and made anew. May
   * wait for a moment.
   */
  static StoreFile open(Access access, Path path, int capacity, Role role) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int fd = openOrCreate(access, path, capacity);
      try {
        access.require(fd, path, false);
        lockOpening(fd, path);
        try {
          if (isCurrent(fd, path)) {
            if (!FileLock.tryLock(fd, path, role.lock)) {
              throw new IOException(
                  path
                      + " has a "
                      + role.name().toLowerCase(Locale.ROOT)
                      + " already: is there another node of that name?");
            }
            return new StoreFile(path, fd, map(fd, path, role));
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
      // Somebody put it aside meanwhile, or this did: there is another.
      Cleanup.close(fd);
    }
    throw new IOException(path + " is replaced again and again");
  }

  /** Nobody has it open: what it held is the user's to look into, and the name is free again. */
  private static void putAside(int fd, Path path, Role role, CorruptRingException why)
      throws IOException {
    if (FileLock.isHeld(fd, path, role.otherLock)) {
      throw new IOException(path + ": " + why.getMessage(), why);
    }
    Path aside = Path.of(String.format("%s.damaged-%016x", path, RANDOM.nextLong()));
    Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    log.error(path + " is no store any more, and has been put aside as " + aside, why);
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
      RingLayout.validate(mapping.buffer());
      if (!FileLock.isHeld(fd, path, role.otherLock)) {
        RingRecovery.Result result = RingRecovery.repair(mapping.buffer(), new Envelope());
        if (result.skipped() > 0 || result.cut()) {
          log.warn(path + " was torn, and has been mended: " + result);
        }
      }
      return mapping;
    } catch (IOException | RuntimeException e) {
      mapping.close();
      throw e;
    }
  }

  private static void lockOpening(int fd, Path path) throws IOException {
    for (int attempt = 0; !FileLock.tryLock(fd, path, OPENING); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new IOException(path + " is being opened by another process, which does not end");
      }
      try {
        Thread.sleep(ATTEMPT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private static int openOrCreate(Access access, Path path, int capacity) throws IOException {
    while (true) {
      try {
        return Posix.open(path, Posix.O_RDWR, 0);
      } catch (PosixException e) {
        if (!e.is("ENOENT")) {
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

  /** Makes the file whole, under another name, and then gives it its name, unless it is taken. */
  private static void create(Access access, Path path, int capacity) throws IOException {
    Path draft = Path.of(String.format("%s.%016x", path, RANDOM.nextLong()));
    int fd = access.create(draft, Posix.O_RDWR);
    try {
      int size = RingLayout.size(capacity);
      Posix.allocate(fd, size, path);
      try (Mapping mapping = Mapping.map(fd, size, draft)) {
        RingLayout.initialize(mapping.buffer(), capacity);
      }
      Posix.sync(fd, draft);
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      log.debug(path + " was made by the other side at the same moment");
    } finally {
      Cleanup.close(fd);
      Cleanup.unlink(draft);
    }
  }

  ByteBuffer buffer() {
    return mapping.buffer();
  }

  Path path() {
    return path;
  }

  int fd() {
    return fd;
  }

  /** Brings it to the disk, which may take long; what the reader had released before. */
  long sync() throws IOException {
    long released = new RingConsumer(mapping.buffer(), false).position();
    Posix.sync(fd, path);
    return released;
  }

  /** Whether the name still leads to this file: else nobody will find what is written to it. */
  boolean isCurrent() throws PosixException {
    return isCurrent(fd, path);
  }

  private static boolean isCurrent(int fd, Path path) throws PosixException {
    FileStatus named = Posix.lstat(path);
    return named != null && named.sameFile(Posix.fstat(fd));
  }

  void requireWhole() {
    MappedFileMemory.requireWhole(fd, mapping, path);
  }

  void unlink() {
    Cleanup.unlink(path);
  }

  @Override
  public void close() throws PosixException {
    mapping.close();
    Posix.close(fd);
  }
}
