package org.vertxipc.link;

import io.vertx.core.Future;

/** One link. All methods are called on its context. */
interface Link {
  /** Starts: failed when the endpoint can't be made; nothing is left behind then. */
  Future<Void> start();

  /** Stops, in order and in bounded time; never fails. */
  Future<Void> stop();

  /** Stops taking what the program says, or goes on. */
  void setPaused(boolean paused);
}
