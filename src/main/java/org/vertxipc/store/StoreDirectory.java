package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.vertxipc.channel.JsonFile;
import org.vertxipc.channel.Names;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;

/**
 * The directory of a bus's stores, and what each node that keeps one exports, so that others can
 * write to it while it is down. All methods may block: they are called on a worker thread.
 */
public final class StoreDirectory {
  private static final Logger log = LoggerFactory.getLogger(StoreDirectory.class);
  private static final String EXPORTS = "exports.json";
  private static final String ADDRESSES = "exports";
  private static final String LONGEST = "maxMessageBytes";
  private static final int MAX_BYTES = 1 << 20;

  private final Access access;
  private final Path parent;
  private final Path directory;
  // Why, by node: said once, as long as it is so.
  private final Map<String, String> ignored = new ConcurrentHashMap<>();

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
    JsonObject json =
        new JsonObject()
            .put("node", node)
            .put(ADDRESSES, new JsonArray(new ArrayList<>(exports)))
            .put(LONGEST, maxMessageBytes);
    SmallFile.replace(
        access,
        own.resolve(EXPORTS),
        json.encode(),
        MAX_BYTES,
        "the " + exports.size() + " exports of this node are too many");
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

  /**
   * Returns what a node has recorded; null when it keeps no store, or has recorded nothing that can
   * be used, which is no reason to do without the others.
   */
  private Keeper read(String node) throws IOException {
    try {
      JsonFile file =
          SmallFile.readJson(access, directory.resolve(node).resolve(EXPORTS), MAX_BYTES);
      Keeper keeper = file == null ? null : keeper(file);
      ignored.remove(node);
      return keeper;
    } catch (BadFileException e) {
      if (!e.getMessage().equals(ignored.put(node, e.getMessage()))) {
        log.warn("What node '" + node + "' exports is ignored", e);
      }
      return null;
    }
  }

  private static Keeper keeper(JsonFile file) throws BadFileException {
    // A record without it sets no bound.
    long longest = file.json().containsKey(LONGEST) ? file.number(LONGEST) : 0;
    boolean unbounded = longest < 1 || longest > Integer.MAX_VALUE;
    return new Keeper(file.texts(ADDRESSES), unbounded ? Integer.MAX_VALUE : (int) longest);
  }
}
