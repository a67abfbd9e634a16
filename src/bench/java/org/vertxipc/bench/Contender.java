package org.vertxipc.bench;

import io.vertx.core.Future;

/** One way to get messages from a client's process to a server's. */
interface Contender {
  /**
   * Starts a server.
   *
   * @param index which, from 0
   * @return succeeds when a client may come
   */
  Future<Void> serve(int index);

  /**
   * Starts the client, when the servers are there.
   *
   * @param servers how many
   * @return the client, connected to all of them
   */
  Future<Station> connect(int servers);
}
