package org.vertxipc.bus;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Access;

/**
 * What a node needs to know to join a bus.
 *
 * @param access who may take part
 * @param directory holds the bus directories, null for {@link #defaultDirectory}
 * @param bus name of the bus
 * @param node name of this node, unique on the bus
 * @param passing whether the name was made for this process, and no other will have it
 * @param transport name of the one on which this node receives
 * @param transports what they need to know
 * @param maxMessageBytes the longest frame
 * @param sendQueueBytes what may wait for one peer in this process
 * @param startMillis how long joining waits for nodes that are there already
 * @param closeMillis how long leaving waits for what is still to be written
 */
public record BusConfig(
    Access access,
    Path directory,
    String bus,
    String node,
    boolean passing,
    String transport,
    TransportConfig transports,
    int maxMessageBytes,
    long sendQueueBytes,
    long startMillis,
    long closeMillis) {

  /**
   * Tells this bus from others of a process: two of one name in different directories, or of
   * different groups, are different buses.
   *
   * @return a text for comparison only
   */
  public String identity() {
    String place = directory == null ? "" : directory.toAbsolutePath().normalize().toString();
    return bus + '\n' + place + '\n' + access;
  }

  /**
   * Where buses are when nothing is configured: a directory in POSIX shared memory, of those who
   * have access.
   *
   * @param access who has access
   * @return for example {@code /dev/shm/vertx-ipc-1000}
   * @throws IOException when the group is not known
   */
  static Path defaultDirectory(Access access) throws IOException {
    return Path.of("/dev/shm/vertx-ipc-" + access.suffix());
  }
}
