package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;

/**
 * Where what becomes of a message that came from a peer is told. Methods are called on whatever
 * thread a consumer is on.
 */
public interface ReplyTarget {
  /**
   * A consumer has replied.
   *
   * @param answer the reply
   */
  void reply(Message<?> answer);

  /**
   * The consumer that was chosen went, or is paused and full, before it had the message.
   *
   * @return whether somebody else gets it; else the consumer's own failure is the reply
   */
  boolean giveBack();

  /** The handler of a consumer has had the message. Called for stored messages only. */
  default void handled() {}
}
