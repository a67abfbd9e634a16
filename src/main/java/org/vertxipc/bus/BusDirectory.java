package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.JsonFile;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.json.SmallJson;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The files by which the nodes of a bus find each other; {@code docs/bus-directory.md} describes
 * them. All methods but {@link #isAlive} and {@link #isPublished} may block: they are called on a
 * worker thread.
 *
 * <p>Whoever holds the lock on {@code NODE.lock} owns the name, and only the owner may touch the
 * directory {@code NODE/}. A node holds it for life, so a lock that is free means that its node is
 * dead, and whoever takes it may clean up.
 */
final class BusDirectory {
  private static final Logger log = LoggerFactory.getLogger(BusDirectory.class);

  private static final String LOCK = ".lock";
  private static final String RECORD = "node.json";
  private static final String DOOR = "door";
  private static final String COUNTERS = "counters";
  private static final int MAX_RECORD_BYTES = 4096;

  private final Access access;
  private final Path parent;
  private final Path directory;
  private final AddressBook addresses;
  private final DeadCounters dead;
  private final Map<String, String> said = new ConcurrentHashMap<>();

  /** Binds the C library, and looks the group up: call it on a worker thread. */
  BusDirectory(BusConfig config) throws IOException {
    this.access = config.access();
    if (access.isShared()) {
      access.gid();
    }
    this.parent = config.directory();
    this.directory = parent.resolve(config.bus());
    this.addresses = new AddressBook(access, directory);
    this.dead = new DeadCounters(access, directory);
  }

  /** What dead nodes have counted. */
  DeadCounters dead() {
    return dead;
  }

  /** Which nodes have addresses of the network. */
  AddressBook addresses() {
    return addresses;
  }

  Path nodeDirectory(String node) {
    return directory.resolve(node);
  }

  Path door(String node) {
    return nodeDirectory(node).resolve(DOOR);
  }

  /** Returns the path of the file in which a node shows its counters. */
  Path counters(String node) {
    return nodeDirectory(node).resolve(COUNTERS);
  }

  Path lockPath(String node) {
    return directory.resolve(node + LOCK);
  }

  /** Returns the path of the file in which a node describes itself. */
  Path recordPath(String node) {
    return nodeDirectory(node).resolve(RECORD);
  }

  /** Makes the directory of the bus, or checks the existing one. */
  void ensure() throws IOException {
    ensure(access, parent);
    ensure(access, directory);
  }

  NameGuard guard(String node) throws IOException {
    return NameGuard.take(parent, directory.getFileName().toString(), node);
  }

  /**
   * Writes the record of a node whose lock this process holds, so that others see all of it or
   * nothing.
   */
  void write(NodeRecord record) throws IOException {
    SmallFile.replace(
        access,
        recordPath(record.node()),
        SmallJson.of(record.toJson()),
        MAX_RECORD_BYTES,
        "the name of the node is too long");
  }

  /**
   * Removes the files of a node whose lock this process holds by their names, because listing a
   * directory takes a descriptor, and there may be none left.
   */
  void removeNamed(String node) {
    for (Path file :
        List.of(door(node), counters(node), recordPath(node), SmallFile.draft(recordPath(node)))) {
      Cleanup.unlink(file);
    }
  }

  /** Returns whether the name leads to the lock that this process holds. */
  boolean isNamed(String node, int lock) throws IOException {
    FileStatus named = Posix.lstat(lockPath(node));
    return named != null && named.sameFile(Posix.fstat(lock));
  }

  /** Gives up the lock of a name that may belong to another node, whose other files stay. */
  void giveBack(String node, int lock) {
    try {
      if (isNamed(node, lock)) {
        Posix.unlink(lockPath(node));
      }
    } catch (IOException e) {
      log.warn("The lock of node " + node + " is left behind", e);
    }
    Cleanup.close(lock);
    removeIfEmpty();
  }

  /** Removes a node whose lock this process holds, and the directories that are empty then. */
  void release(String node, int lock) {
    removeFiles(node, lock);
    Cleanup.close(lock);
  }

  /** The same, with the lock still held: it is released when the process ends. */
  void removeFiles(String node, int lock) {
    try {
      if (isNamed(node, lock)) {
        addresses.withdraw(node);
        remove(nodeDirectory(node));
        Posix.unlink(lockPath(node));
      }
    } catch (IOException e) {
      log.warn("Files of node " + node + " are left behind", e);
    }
    removeIfEmpty();
  }

  private void removeIfEmpty() {
    try {
      Posix.rmdir(addresses.directory());
      // To list a directory takes a descriptor, and there may be none left.
      if (dead.isAny() && nodes().isEmpty()) {
        dead.remove();
      }
      if (Posix.rmdir(directory)) {
        Posix.rmdir(parent);
      }
    } catch (IOException e) {
      // Somebody else made this directory for us, perhaps in a read-only parent.
      log.debug("A directory is left behind", e);
    }
  }

  /** Makes a directory of ours, or checks the existing one. */
  static void ensure(Access access, Path path) throws IOException {
    access.ensureDirectory(path);
  }

  /** Takes the lock of a name; returns its descriptor, or -1 when somebody holds it. */
  int lock(String node, boolean create) throws IOException {
    Path path = lockPath(node);
    while (true) {
      int fd = access.open(path, Posix.O_RDWR | (create ? Posix.O_CREAT : 0));
      try {
        if (create && Posix.fstat(fd).owner() == Posix.getuid()) {
          access.grant(fd, path);
        }
        access.require(fd, path, false);
        if (!FileLock.tryLock(fd, path)) {
          Posix.close(fd);
          return -1;
        }
        if (isNamed(node, fd)) {
          return fd;
        }
        // Its owner removed the file between open and lock: the lock is on a file without a name.
        Posix.close(fd);
      } catch (IOException | RuntimeException e) {
        Cleanup.close(fd);
        throw e;
      }
      if (!create) {
        return -1;
      }
    }
  }

  /** Returns whether a node holds its lock. It is quick: a few system calls on an open file. */
  boolean isAlive(String node) throws IOException {
    int fd;
    try {
      fd = Posix.open(lockPath(node), Posix.O_RDWR, 0);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
    try {
      return FileLock.isHeld(fd, lockPath(node));
    } finally {
      Cleanup.close(fd);
    }
  }

  /**
   * Returns whether a node is alive and has the given incarnation. As quick as {@link #isAlive}.
   */
  boolean isPublished(String node, long incarnation) throws IOException {
    if (!isAlive(node)) {
      return false;
    }
    NodeRecord record = read(node);
    return record != null && record.incarnation() == incarnation;
  }

  /** Returns the other members that are alive and published. Cleans up after dead nodes. */
  List<NodeRecord> scan(String self) throws IOException {
    List<NodeRecord> alive = new ArrayList<>();
    for (String node : nodes()) {
      if (!node.equals(self)) {
        try {
          if (isAlive(node)) {
            NodeRecord record = read(node);
            said.remove(node);
            if (record != null && !record.isOfStreams()) {
              alive.add(record);
            }
          } else {
            cleanIfDead(node);
          }
        } catch (IOException e) {
          warn(node, "Node " + node + " is ignored: " + e.getMessage());
        }
      }
    }
    return alive;
  }

  /** Cleans up after dead nodes. */
  void cleanUp(String self) throws IOException {
    for (String node : nodes()) {
      if (!node.equals(self)) {
        try {
          if (!isAlive(node)) {
            cleanIfDead(node);
          }
        } catch (IOException e) {
          warn(node, "Nobody can tell whether node " + node + " is alive: " + e.getMessage());
        }
      }
    }
  }

  boolean exists() throws IOException {
    if (Posix.lstat(directory) == null) {
      return false;
    }
    ensure(access, parent);
    ensure(access, directory);
    return true;
  }

  /** Returns all nodes that have a lock file, dead or alive. */
  List<String> nodes() throws IOException {
    List<String> nodes = new ArrayList<>();
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, "*" + LOCK)) {
      for (Path lock : locks) {
        String file = lock.getFileName().toString();
        nodes.add(file.substring(0, file.length() - LOCK.length()));
      }
    }
    return nodes;
  }

  /** Returns the files of a node, and the kernel objects that they name. */
  List<String> describe(String node) throws IOException {
    List<String> files = new ArrayList<>();
    files.add(lockPath(node).toString());
    addresses.of(node).forEach(link -> files.add(link.toString()));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(nodeDirectory(node))) {
      for (Path file : all) {
        files.add(TransportType.describe(access, file));
      }
    } catch (NoSuchFileException e) {
      log.debug("Node " + node + " has no files", e);
    }
    return files;
  }

  /** Removes what a dead node left; returns false when somebody holds its lock. */
  boolean cleanIfDead(String node) {
    try {
      int fd = lock(node, false);
      if (fd < 0) {
        return false;
      }
      log.debug("Cleaning up after node " + node);
      dead.keep(counters(node), node);
      release(node, fd);
      said.remove(node);
    } catch (IOException e) {
      if (!(e instanceof PosixException failed && failed.is(Errno.ENOENT))) {
        warn(node, "Can't clean up after node " + node + ": " + e.getMessage());
      }
    }
    return true;
  }

  /** Says once what is wrong with a node, because others look at it again and again. */
  private void warn(String node, String sentence) {
    if (!sentence.equals(said.put(node, sentence))) {
      log.warn(sentence);
    }
  }

  /** Returns the record of a node, or null when it has none, or none any more. */
  NodeRecord read(String node) throws IOException {
    JsonFile file = SmallFile.readJson(access, recordPath(node), MAX_RECORD_BYTES);
    if (file == null) {
      return null;
    }
    NodeRecord record = NodeRecord.of(file);
    if (!record.node().equals(node)) {
      throw new BadFileException(file.path(), "is the record of node " + record.node());
    }
    return record;
  }

  /** Removes a directory of a node with the files in it. */
  void remove(Path dir) throws IOException {
    FileStatus status = Posix.lstat(dir);
    if (status == null) {
      return;
    }
    if (!status.isDirectory()) {
      Posix.unlink(dir);
      return;
    }
    if (Posix.rmdir(dir)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        Transports.remove(access, file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    if (!Posix.rmdir(dir)) {
      throw new IOException(dir + " is not empty and can't be removed");
    }
  }
}
