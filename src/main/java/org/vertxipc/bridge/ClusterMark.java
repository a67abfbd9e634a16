package org.vertxipc.bridge;

import io.vertx.core.eventbus.Message;
import org.vertxipc.eventbus.Requester;

/**
 * Recognises messages that a bridge has put into a clustered event bus, where they may reach the
 * heads of the same Vert.x and of others. An event bus that is not clustered has none.
 */
interface ClusterMark {
  /** Returns whether a bridge has put the message into the event bus. */
  boolean isMarked(Message<?> message);

  /** Sends it on to buses where it has not been. */
  void passOn(Message<?> message);

  /** Returns the requester that waits for the reply, perhaps on another node of the cluster. */
  Requester requester(Message<?> message);
}
