package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.function.BooleanSupplier;

/**
 * Is told what becomes of a message that came from a peer. Methods are called on the consumer's
 * thread.
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
   * @param gone returns whether the consumer has been unregistered, and waits while it is being
   *     unregistered; false for a consumer that is registered and full
   * @param failure what the consumer replies
   * @return whether this takes over; otherwise the consumer's own failure is the reply
   */
  boolean giveBack(BooleanSupplier gone, ReplyException failure);

  /** The handler of a consumer has had the message. Called for stored messages only. */
  default void handled() {}
}
