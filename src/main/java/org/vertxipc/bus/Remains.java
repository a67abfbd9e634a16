package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;

/**
 * Removes the files of a node that may be dead. The kernel closes the descriptors of a dying
 * process one after the other, so its life-line may be gone a moment before its lock is free. One
 * thread only: the bus's context.
 */
final class Remains {
  private static final Logger log = LoggerFactory.getLogger(Remains.class);
  private static final int ATTEMPTS = 40;
  private static final long ATTEMPT_MILLIS = 50;

  private final ContextInternal context;
  private final BusDirectory directory;
  private final Roster roster;

  Remains(ContextInternal context, BusDirectory directory, Roster roster) {
    this.context = context;
    this.directory = directory;
    this.roster = roster;
  }

  void remove(String node) {
    remove(node, ATTEMPTS);
  }

  private void remove(String node, int attempts) {
    if (roster.isLeaving() || roster.get(node) != null) {
      return;
    }
    context
        .executeBlocking(() -> directory.cleanIfDead(node), false)
        .onFailure(e -> log.warn("What node '" + node + "' left behind can't be removed", e))
        .onSuccess(
            done -> {
              if (!done && attempts > 1) {
                context
                    .owner()
                    .setTimer(
                        ATTEMPT_MILLIS, id -> context.dispatch(() -> remove(node, attempts - 1)));
              }
            });
  }
}
