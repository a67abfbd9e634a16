package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;

/** This node's place in the bus directory. What blocks is for a worker thread. */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  private final BusDirectory directory;
  private final String node;
  private final int lock;
  private final Thread exitHook;

  private Membership(BusDirectory directory, String node, int lock) {
    this.directory = directory;
    this.node = node;
    this.lock = lock;
    this.exitHook = new Thread(() -> directory.removeFiles(node), "vertx-ipc-exit");
  }

  /** Takes the name and publishes the node. Blocks. */
  static Membership claim(BusDirectory directory, NodeRecord self) throws IOException {
    Membership membership = new Membership(directory, self.node(), directory.claim(self));
    membership.cleanUpOnExit();
    return membership;
  }

  // A process that ends without leaving, but in order, leaves no files either.
  private void cleanUpOnExit() {
    try {
      Runtime.getRuntime().addShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The process is about to end; what it leaves is found by its free lock.
      log.debug("Joining the bus while the process ends");
    }
  }

  /** Removes the node, and gives the name free. Blocks. */
  void release() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // It runs just now, beside this orderly end: each removes what is still there.
      log.debug("Leaving the bus while the process ends");
    }
    directory.release(node, lock);
  }
}
