package org.vertxipc.bridge;

import io.vertx.core.eventbus.Message;
import org.vertxipc.eventbus.Requester;

/**
 * How messages that a bridge has put into a clustered event bus are known there, where they may
 * come to the heads of the same Vert.x and of others. An event bus that is not clustered has none.
 */
interface ClusterMark {
  /** Whether a bridge has put the message into the event bus. */
  boolean isMarked(Message<?> message);

  /** Sends it on to where it has not been. */
  void passOn(Message<?> message);

  /** Whoever waits for the reply, perhaps on another node of the cluster. */
  Requester requester(Message<?> message);
}
