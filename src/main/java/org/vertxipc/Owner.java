package org.vertxipc;

import io.vertx.core.Closeable;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** What a bridge ends with: the verticle in which it was created, or else its Vert.x. */
final class Owner {
  private final CloseFuture lifetime;
  private final String name;

  private Owner(CloseFuture lifetime, String name) {
    this.lifetime = lifetime;
    this.name = name;
  }

  /** Returns the owner of what is created now on this thread. */
  static Owner current(VertxInternal vertx) {
    ContextInternal context = vertx.getContext();
    CloseFuture whole = vertx.closeFuture();
    if (context == null || context.closeFuture() == whole) {
      return new Owner(whole, "its Vert.x is closed");
    }
    return new Owner(
        context.closeFuture(),
        "the verticle that created it (deployment " + context.deploymentID() + ") is undeployed");
  }

  /** Registers a hook that ends with the owner; returns false when the owner has ended. */
  boolean add(Closeable hook) {
    return lifetime.add(hook);
  }

  void remove(Closeable hook) {
    lifetime.remove(hook);
  }

  /** Says why nothing can be started any more, as the rest of a sentence. */
  String ended() {
    return name;
  }
}
