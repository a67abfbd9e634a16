package org.vertxipc.testing.mesh;

import java.nio.file.Path;

/**
 * One life of a node, as the test knows it. Times are of {@code System.nanoTime()}.
 *
 * @param from when its process was started
 * @param endFrom when it began to end, at the earliest
 * @param endTo when it had ended, at the latest
 */
record MeshLife(
    int node, int incarnation, Path ledger, long from, long endFrom, long endTo, End end) {

  /** The way in which it ended. */
  enum End {
    KILLED,
    CLOSED
  }

  /** A time in which the process of a node was stopped. */
  record Stop(int node, long from, long to) {}
}
