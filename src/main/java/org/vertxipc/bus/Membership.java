package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.counters.file.CountersFile;
import org.vertxipc.counters.file.CountersImage;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * This node's place in the bus directory: its lock, its door and its record, and the guard of its
 * name. Everything here blocks, so it is for a worker thread. Thread-safe, because the process may
 * end meanwhile.
 */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  private static final int MAX_ATTEMPTS = 200;
  // Somebody who cleans up after a dead node of our name holds its lock for a moment.
  private static final int LOCKED_ATTEMPTS = 20;
  private static final long ATTEMPT_MILLIS = 10;

  /**
   * How long a name is left alone that somebody claims to be in use, while no node has it in the
   * bus directory: a node whose files were removed publishes itself anew within half of that time.
   */
  private static final long CONTESTED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Access access;
  private final BusDirectory directory;
  private final NodeRecord self;
  private final NameGuard guard;
  private final Thread exitHook;
  private int lock;
  private FileStatus door;
  private FileStatus record;
  private FileStatus counters;
  private int countersFd = -1;
  private boolean released;

  private Membership(
      Access access, BusDirectory directory, NodeRecord self, NameGuard guard, int lock) {
    this.access = access;
    this.directory = directory;
    this.self = self;
    this.guard = guard;
    this.lock = lock;
    this.exitHook = new Thread(this::removeFiles, "vertx-ipc-exit");
  }

  /** Takes the name and publishes the node. */
  static Membership claim(Access access, BusDirectory directory, NodeRecord self)
      throws IOException {
    String node = self.node();
    long contestedUntil = System.nanoTime() + CONTESTED_NANOS;
    int locked = 0;
    int attempt = 0;
    while (true) {
      try {
        directory.ensure();
        int fd = directory.lock(node, true);
        if (fd >= 0) {
          Membership membership = claimLocked(access, directory, self, fd, contestedUntil);
          if (membership != null) {
            return membership;
          }
        } else if (++locked > LOCKED_ATTEMPTS) {
          throw inUse(directory, node);
        }
      } catch (PosixException e) {
        // The last node of the bus removed the directory just now: make it again.
        if (!e.is(Errno.ENOENT) || ++attempt > MAX_ATTEMPTS / 2) {
          throw e;
        }
      }
      Pause.millis(ATTEMPT_MILLIS);
    }
  }

  /** Returns null when another node, whose files were removed, may have the name. */
  private static Membership claimLocked(
      Access access, BusDirectory directory, NodeRecord self, int lock, long contestedUntil)
      throws IOException {
    NameGuard guard = null;
    boolean waits = true;
    try {
      guard = directory.guard(self.node());
      waits = guard.isContested() && System.nanoTime() - contestedUntil < 0;
    } finally {
      if (waits) {
        // The owner of the name must find the lock free when it publishes itself anew.
        directory.giveBack(self.node(), lock);
        if (guard != null) {
          guard.close();
        }
      }
    }
    if (waits) {
      return null;
    }
    Membership membership = new Membership(access, directory, self, guard, lock);
    membership.publish();
    return membership;
  }

  private static IOException inUse(BusDirectory directory, String node) {
    String by = "";
    try {
      NodeRecord holder = directory.read(node);
      if (holder != null) {
        by = " by process " + holder.pid();
      }
    } catch (IOException e) {
      log.debug("No record of the node that holds " + node, e);
    }
    return new IOException(
        "Node name '"
            + node
            + "' is in use"
            + by
            + " on the bus in "
            + directory.nodeDirectory(node).getParent());
  }

  private synchronized void publish() throws IOException {
    String node = self.node();
    try {
      if (guard.isContested()) {
        log.warn(
            "Node name '"
                + node
                + "' is guarded, but no node has locked it for "
                + TimeUnit.NANOSECONDS.toMillis(CONTESTED_NANOS)
                + " ms: taking it");
      }
      directory.remove(directory.nodeDirectory(node));
      access.mkdir(directory.nodeDirectory(node));
      makeDoor();
      makeRecord();
    } catch (IOException | RuntimeException e) {
      directory.removeNamed(node);
      directory.release(node, lock);
      guard.close();
      throw e;
    }
    cleanUpOnExit();
  }

  private void makeDoor() throws IOException {
    Path path = directory.door(self.node());
    Posix.unlink(path);
    access.mkfifo(path);
    door = Posix.lstat(path);
  }

  private void makeRecord() throws IOException {
    directory.write(self);
    record = Posix.lstat(directory.recordPath(self.node()));
  }

  private void makeCounters() throws IOException {
    Path path = directory.counters(self.node());
    Posix.unlink(path);
    int fd = access.create(path, Posix.O_WRONLY);
    closeCounters();
    countersFd = fd;
    counters = Posix.lstat(path);
  }

  private void closeCounters() {
    if (countersFd >= 0) {
      Cleanup.close(countersFd);
      countersFd = -1;
    }
  }

  /** Shows counters to others; a node that never does has no file for them. */
  synchronized void show(CountersImage image) throws IOException {
    if (!released) {
      if (counters == null) {
        makeCounters();
      }
      CountersFile.write(countersFd, image);
    }
  }

  // A process that ends normally without leaving the bus must not leave files behind either.
  private void cleanUpOnExit() {
    try {
      Runtime.getRuntime().addShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The process is about to end; its free lock lets others find what it leaves.
      log.debug("Joining the bus while the process ends", e);
    }
  }

  /**
   * Makes files of this node anew that somebody has removed.
   *
   * @return the files that were made; none when all exist
   * @throws IOException when they can't be made, as when another node has taken the name
   */
  synchronized List<Path> mend() throws IOException {
    List<Path> made = new ArrayList<>();
    String node = self.node();
    if (released) {
      return made;
    }
    if (!directory.isNamed(node, lock)) {
      mendLock();
      made.add(directory.lockPath(node));
    }
    if (!isThere(directory.door(node), door)) {
      BusDirectory.ensure(access, directory.nodeDirectory(node));
      makeDoor();
      made.add(directory.door(node));
    }
    if (!isThere(directory.recordPath(node), record)) {
      makeRecord();
      made.add(directory.recordPath(node));
    }
    if (counters != null && !isThere(directory.counters(node), counters)) {
      makeCounters();
      made.add(directory.counters(node));
    }
    return made;
  }

  private void mendLock() throws IOException {
    for (int attempt = 0; attempt < LOCKED_ATTEMPTS; attempt++) {
      int fd = lockAnew();
      if (fd >= 0) {
        int old = lock;
        lock = fd;
        Cleanup.close(old);
        return;
      }
      // A node that wants the name holds the lock for a moment, until it sees the guard.
      Pause.millis(ATTEMPT_MILLIS);
    }
    throw inUse(directory, self.node());
  }

  private int lockAnew() throws IOException {
    try {
      directory.ensure();
      return directory.lock(self.node(), true);
    } catch (PosixException e) {
      // The last other node of the bus removed the directory just now: as good as locked.
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      return -1;
    }
  }

  private static boolean isThere(Path path, FileStatus made) throws IOException {
    FileStatus status = Posix.lstat(path);
    return status != null && made != null && status.sameFile(made);
  }

  /** The door that was made can't be used, and must be made anew. */
  synchronized void forgetDoor() {
    door = null;
  }

  private synchronized void removeFiles() {
    released = true;
    directory.removeFiles(self.node(), lock);
  }

  /** Removes the node, and releases the name. */
  synchronized void release() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The shutdown hook is running at the same time: each removes what is still there.
      log.debug("Leaving the bus while the process ends");
    }
    released = true;
    closeCounters();
    directory.release(self.node(), lock);
    guard.close();
  }
}
