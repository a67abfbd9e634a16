package org.vertxipc.bus;

import java.nio.file.Path;

/**
 * What a node needs to know to join a bus.
 *
 * @param directory holds the bus directories, null for {@link #defaultDirectory}
 * @param bus name of the bus
 * @param node name of this node, unique on the bus
 * @param transport name of the one on which this node receives
 * @param transports what they need to know
 * @param maxMessageBytes the longest frame
 * @param sendQueueBytes what may wait for one peer in this process
 * @param startMillis how long joining waits for nodes that are there already
 * @param closeMillis how long leaving waits for what is still to be written
 */
public record BusConfig(
    Path directory,
    String bus,
    String node,
    String transport,
    TransportConfig transports,
    int maxMessageBytes,
    long sendQueueBytes,
    long startMillis,
    long closeMillis) {

  /**
   * Where buses are when nothing is configured: a directory of this user's in POSIX shared memory.
   *
   * @param uid the user's id
   * @return for example {@code /dev/shm/vertx-ipc-1000}
   */
  static Path defaultDirectory(int uid) {
    return Path.of("/dev/shm/vertx-ipc-" + uid);
  }
}
