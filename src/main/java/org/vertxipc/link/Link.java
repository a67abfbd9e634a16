package org.vertxipc.link;

import io.vertx.core.Future;

/** One link. All methods are called on its context. */
interface Link {
  /** Starts; fails when the endpoint can't be made, and then leaves nothing behind. */
  Future<Void> start();

  /** Stops, in order and in bounded time; never fails. */
  Future<Void> stop();

  /** Stops or resumes reading from the program. */
  void setPaused(boolean paused);
}
