package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vertxipc.counters.file.CountersFile;
import org.vertxipc.posix.Posix;

/**
 * A bus as somebody sees it who takes no part in it: it reads files, and changes nothing. All
 * methods block.
 */
public final class BusView {
  private static final Logger log = LoggerFactory.getLogger(BusView.class);

  private final BusConfig config;
  private final BusDirectory directory;

  /**
   * A node.
   *
   * @param name its name
   * @param alive whether its process lives
   * @param transport by which it receives, null when it is not known
   * @param pid of its process, 0 when it is not known
   * @param shown what it has shown, null when it has shown nothing, or what can't be read
   * @param problem what can't be read of it and why, null when all can
   */
  public record Seen(
      String name,
      boolean alive,
      String transport,
      long pid,
      CountersFile.Content shown,
      String problem) {}

  /** What is found out about one node, file by file; one that is damaged hides no other. */
  private final class Look {
    private final String node;
    private final List<String> problems = new ArrayList<>();

    Look(String node) {
      this.node = node;
    }

    boolean isAlive() {
      try {
        return directory.isAlive(node);
      } catch (IOException e) {
        problems.add("nobody can tell whether it is alive: " + e.getMessage());
        return false;
      }
    }

    NodeRecord record() {
      try {
        return directory.read(node);
      } catch (IOException e) {
        problems.add(e.getMessage());
        return null;
      }
    }

    CountersFile.Content shown(Path file) {
      try {
        return CountersFile.read(config.access(), file);
      } catch (IOException e) {
        problems.add(e.getMessage());
        return null;
      }
    }

    Seen seen(boolean alive, NodeRecord record, CountersFile.Content shown) {
      String transport = record == null ? null : record.transport();
      long pid = shown != null ? shown.pid() : record == null ? 0 : record.pid();
      String problem = problems.isEmpty() ? null : String.join("; ", problems);
      return new Seen(node, alive, transport, pid, shown, problem);
    }
  }

  /**
   * Creates a view.
   *
   * @param config of the bus; its node is not used
   * @throws IOException when there is no such group
   */
  public BusView(BusConfig config) throws IOException {
    Posix.load();
    this.config = config;
    this.directory = new BusDirectory(config);
  }

  /**
   * Returns the directory of buses, which need not be there.
   *
   * @return for example {@code /dev/shm/vertx-ipc-1000}
   * @throws IOException when there is no such group
   */
  public Path directory() throws IOException {
    return config.directory();
  }

  /**
   * Returns the names of all buses in the directory, sorted.
   *
   * @return none when there is no directory
   * @throws IOException when it can't be read, or is not ours
   */
  public List<String> buses() throws IOException {
    List<String> names = new ArrayList<>();
    if (Posix.lstat(config.directory()) == null) {
      return names;
    }
    BusDirectory.ensure(config.access(), config.directory());
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(config.directory(), Files::isDirectory)) {
      for (Path each : all) {
        String name = each.getFileName().toString();
        if (!name.startsWith(".")) {
          names.add(name);
        }
      }
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  /**
   * Returns the members of the bus by name, with the servers of clustered event buses, and then
   * those that died of which something is known.
   *
   * @return null when there is no such bus
   * @throws IOException when it can't be read, or is not ours
   */
  public List<Seen> nodes() throws IOException {
    try {
      if (!directory.exists()) {
        return null;
      }
      List<Seen> seen = new ArrayList<>();
      for (String node : directory.nodes()) {
        look(node, seen);
      }
      seen.sort(Comparator.comparing(Seen::name));
      List<Seen> dead = new ArrayList<>();
      for (Path file : directory.dead().files()) {
        Look look = new Look(file.getFileName().toString());
        dead.add(look.seen(false, null, look.shown(file)));
      }
      dead.sort(Comparator.comparing(Seen::name));
      seen.addAll(dead);
      return seen;
    } catch (NoSuchFileException e) {
      // The last node has removed it just now.
      log.debug("The bus has gone", e);
      return null;
    }
  }

  private void look(String node, List<Seen> seen) {
    Look look = new Look(node);
    boolean alive = look.isAlive();
    NodeRecord record = look.record();
    seen.add(look.seen(alive, record, look.shown(directory.counters(node))));
  }
}
