package org.vertxipc.bus;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.options.BusOptions;
import org.vertxipc.posix.Access;

/**
 * The bus that a node joins.
 *
 * @param options of the bus, which no longer change
 * @param node name of this node, unique on the bus
 * @param access who may take part
 */
public record BusConfig(BusOptions options, String node, Access access) {
  /**
   * Creates the configuration from options.
   *
   * @param options of the bus, which no longer change
   * @param node name of this node, which need not be in the options
   */
  public BusConfig(BusOptions options, String node) {
    this(
        options,
        node,
        options.getGroup() == null ? Access.OWNER : Access.group(options.getGroup()));
  }

  /**
   * Returns the bus's name.
   *
   * @return not unique: see {@link #identity}
   */
  public String bus() {
    return options.getName();
  }

  /**
   * Returns whether the node's name was made for this process, so that no other will have it.
   *
   * @return false when it is configured
   */
  boolean passing() {
    return options.getNode() == null;
  }

  /**
   * Identifies this bus among those of a process: two of one name in different directories, or of
   * different groups, are different buses.
   *
   * @return a text for comparison only
   */
  public String identity() {
    String directory = options.getDirectory();
    String place =
        directory == null ? "" : Path.of(directory).toAbsolutePath().normalize().toString();
    return bus() + '\n' + place + '\n' + access;
  }

  /**
   * Returns the directory of buses: as configured, or in POSIX shared memory a directory of those
   * who have access.
   *
   * @return for example {@code /dev/shm/vertx-ipc-1000}
   * @throws IOException when the group is not known
   */
  public Path directory() throws IOException {
    String configured = options.getDirectory();
    return configured != null
        ? Path.of(configured)
        : Path.of("/dev/shm/vertx-ipc-" + access.suffix());
  }
}
