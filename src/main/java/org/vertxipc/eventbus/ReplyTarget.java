package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;

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
   * @param message as it was given to the consumer
   * @param failure what the consumer replies
   * @return whether this cares for the rest; else the consumer's own failure is the reply
   */
  boolean giveBack(IncomingMessage message, ReplyException failure);

  /** The handler of a consumer has had the message. Called for stored messages only. */
  default void handled() {}
}
