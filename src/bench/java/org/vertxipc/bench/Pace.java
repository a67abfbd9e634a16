package org.vertxipc.bench;

import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import org.vertxipc.reactor.InlineLoop;
import org.vertxipc.reactor.Reactor;

/**
 * Runs a task of an event loop again and again, so that the loop does not sleep, and lets the loop
 * look at its descriptors every few microseconds.
 */
final class Pace {
  private static final long DESCRIPTORS_NANOS = 2_000;

  private final Reactor reactor;
  private final Runnable soon;
  private final Runnable nextTurn;
  private long descriptorsAt;

  Pace(ContextInternal context, Runnable task) throws IOException {
    this.reactor = Reactor.create(InlineLoop.of(context), context);
    this.soon = reactor.bind(task);
    this.nextTurn = reactor.perTurn(task);
  }

  void again() {
    long now = System.nanoTime();
    if (now - descriptorsAt < DESCRIPTORS_NANOS) {
      reactor.execute(soon);
    } else {
      descriptorsAt = now;
      nextTurn.run();
    }
  }
}
