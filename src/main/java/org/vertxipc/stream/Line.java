package org.vertxipc.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * One end of a connection that is to be made: where its two rings are, and how the other end is
 * told. Each end makes the ring that it reads.
 *
 * @param inbound base of the files of the ring that this end reads
 * @param outbound base of the files of the ring that this end writes
 * @param local what this end calls itself
 * @param remote what this end calls the other
 * @param call tells the other end that {@code inbound} is there; null at the end that was called
 */
record Line(
    Path inbound, Path outbound, InetSocketAddress local, InetSocketAddress remote, Call call) {

  /** Tells the other end of a connection. */
  @FunctionalInterface
  interface Call {
    /**
     * Tells it; called on a worker thread.
     *
     * @throws IOException when it can't be told
     */
    void call() throws IOException;

    /**
     * Whether the other end may still answer. It is quick: a few system calls.
     *
     * @throws IOException when it can't be told
     */
    default boolean isAwaited() throws IOException {
      return true;
    }
  }
}
