package org.vertxipc.eventbus;

import io.vertx.core.eventbus.ReplyException;

/** Waits for the reply to a message that has left. May be used on any thread. */
public interface Requester {
  /**
   * Returns whether a reply is still of use.
   *
   * @param now {@link System#nanoTime}
   * @return false once its time is over
   */
  boolean isWaiting(long now);

  /**
   * Reports that no reply will come. What the requester does then does not happen within this call.
   *
   * @param failure says why
   */
  void fail(ReplyException failure);
}
