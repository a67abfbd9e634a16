package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Names;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The directory of a bus's stores, and what each node that keeps one exports, so that others can
 * write to it while it is down. All methods may block: they are called on a worker thread.
 */
public final class StoreDirectory {
  private static final Logger log = LoggerFactory.getLogger(StoreDirectory.class);
  private static final String EXPORTS = "exports.json";
  private static final String LONGEST = "maxMessageBytes";
  private static final int MAX_BYTES = 1 << 20;

  private final Access access;
  private final Path parent;
  private final Path directory;

  /**
   * Creates a directory object for a bus's stores; the directory need not exist.
   *
   * @param access who may take part
   * @param options with the place of the stores of all buses
   * @param bus name of the bus
   * @throws IOException when there is no such group
   */
  public StoreDirectory(Access access, MappedOptions options, String bus) throws IOException {
    String configured = options.getDirectory();
    this.access = access;
    this.parent = configured != null ? Path.of(configured) : defaultDirectory(access);
    this.directory = parent.resolve(bus);
  }

  /** Returns a directory of those who have access that survives a reboot. */
  private static Path defaultDirectory(Access access) throws IOException {
    return Path.of("/var/tmp/vertx-ipc-" + access.suffix());
  }

  /**
   * Returns where it is.
   *
   * @return its path
   */
  public Path path() {
    return directory;
  }

  /** Makes it, or checks that only those who have access own it. */
  void ensure() throws IOException {
    access.ensureDirectory(parent);
    access.ensureDirectory(directory);
  }

  private boolean exists() throws IOException {
    FileStatus status = Posix.lstat(directory);
    return status != null && status.isDirectory() && access.owns(status);
  }

  /**
   * Returns all files in it.
   *
   * @return their paths
   * @throws IOException when it can't be read
   */
  public List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    if (exists()) {
      try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory, Files::isDirectory)) {
        for (Path node : nodes) {
          try (DirectoryStream<Path> files = Files.newDirectoryStream(node)) {
            files.forEach(all::add);
          }
        }
      }
    }
    return all;
  }

  /**
   * Removes empty directories.
   *
   * @throws IOException when it can't be read, or one can't be removed
   */
  public void removeEmpty() throws IOException {
    if (exists()) {
      try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory, Files::isDirectory)) {
        for (Path node : nodes) {
          Posix.rmdir(node);
        }
      }
      if (Posix.rmdir(directory)) {
        Posix.rmdir(parent);
      }
    }
  }

  /** Records what a node exports, and the longest frame that it accepts, while it keeps a store. */
  void writeExports(String node, Collection<String> exports, int maxMessageBytes)
      throws IOException {
    Path own = directory.resolve(node);
    access.ensureDirectory(own);
    Path draft = own.resolve(EXPORTS + ".new");
    Posix.unlink(draft);
    int fd = access.create(draft, Posix.O_WRONLY);
    try {
      JsonObject json =
          new JsonObject()
              .put("node", node)
              .put("exports", new JsonArray(new ArrayList<>(exports)))
              .put(LONGEST, maxMessageBytes);
      Posix.write(fd, json.encode().getBytes(StandardCharsets.UTF_8));
    } finally {
      Cleanup.close(fd);
    }
    Files.move(draft, own.resolve(EXPORTS), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Returns what each node that keeps a store exports.
   *
   * @return the addresses, by the node's name
   * @throws IOException when it can't be read
   */
  public Map<String, List<String>> readExports() throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    if (!exists()) {
      return all;
    }
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory)) {
      for (Path node : nodes) {
        String name = node.getFileName().toString();
        Keeper keeper = Names.isName(name) ? read(name) : null;
        if (keeper != null) {
          all.put(name, keeper.exports());
        }
      }
    }
    return all;
  }

  /**
   * What a node that keeps a store has recorded.
   *
   * @param exports its addresses
   * @param maxMessageBytes the longest frame that it accepts
   */
  private record Keeper(List<String> exports, int maxMessageBytes) {}

  /**
   * Returns the longest frame that a node accepts, as it has recorded; no bound when it has not.
   */
  int maxMessageBytes(String node) throws IOException {
    Keeper keeper = read(node);
    return keeper == null ? Integer.MAX_VALUE : keeper.maxMessageBytes();
  }

  /** Returns what a node has recorded, null when it keeps no store. */
  private Keeper read(String node) throws IOException {
    Path file = directory.resolve(node).resolve(EXPORTS);
    int fd;
    try {
      fd = Posix.open(file, Posix.O_RDONLY, 0);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return null;
      }
      throw e;
    }
    try {
      access.require(fd, file, false);
      JsonObject json =
          new JsonObject(new String(Posix.read(fd, MAX_BYTES), StandardCharsets.UTF_8));
      List<String> exports = new ArrayList<>();
      json.getJsonArray("exports").forEach(e -> exports.add((String) e));
      int longest = json.getInteger(LONGEST, Integer.MAX_VALUE);
      return new Keeper(exports, longest < 1 ? Integer.MAX_VALUE : longest);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      log.warn(file + " is ignored", e);
      return null;
    } finally {
      Cleanup.close(fd);
    }
  }
}
