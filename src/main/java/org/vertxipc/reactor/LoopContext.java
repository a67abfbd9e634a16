package org.vertxipc.reactor;

import io.vertx.core.internal.ContextInternal;

/** Creates contexts of our own on the event loops of others. */
public final class LoopContext {
  private LoopContext() {}

  /**
   * Creates a context on the loop of another that belongs to no verticle: the end of a verticle
   * must not stop the work here, which needs timers until it has ended itself.
   *
   * @param owner an event-loop context
   * @return a new context
   */
  public static ContextInternal on(ContextInternal owner) {
    return owner.owner().contextBuilder().withEventLoop(owner.nettyEventLoop()).build();
  }
}
