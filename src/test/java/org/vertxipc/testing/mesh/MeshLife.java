package org.vertxipc.testing.mesh;

import java.nio.file.Path;

/**
 * One life of a node, as the test knows it. Times are of {@code System.nanoTime()}.
 *
 * @param from when its process was started
 * @param endFrom it began to end not before this
 * @param endTo it had ended by then
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
