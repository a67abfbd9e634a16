package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.ConcurrentMap;

/** Tells whether requesters of this Vert.x still wait. May be used on any thread. */
public final class LocalRequests {
  private final ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers;
  private final boolean clustered;

  private LocalRequests(VertxInternal vertx) {
    this.handlers = Inside.handlers((EventBusImpl) vertx.eventBus());
    this.clustered = vertx.isClustered();
  }

  /**
   * Returns the requests of a Vert.x.
   *
   * @param vertx the Vert.x
   * @return a view that is always current
   * @throws IllegalStateException when its internals can't be reached
   */
  public static LocalRequests of(VertxInternal vertx) {
    Inside.require(vertx);
    return new LocalRequests(vertx);
  }

  /**
   * Returns whether the requester is in this Vert.x, and so whether it waits is known.
   *
   * @param request as a consumer here got it
   * @return false when it is in another process, or may be: a clustered Vert.x does not say of whom
   *     a request is whose time is over
   */
  public boolean isLocal(Message<?> request) {
    boolean ofPeer = request instanceof IncomingMessage incoming && incoming.isOfPeer();
    return !ofPeer && (!clustered || isWaiting(request));
  }

  /**
   * Returns whether a requester in this Vert.x waits. Vert.x removes the handler of a reply when
   * the reply is there, or the requester's time is over.
   *
   * @param request of which {@link #isLocal} was true
   * @return false from then on
   */
  public boolean isWaiting(Message<?> request) {
    return handlers.containsKey(request.replyAddress());
  }
}
