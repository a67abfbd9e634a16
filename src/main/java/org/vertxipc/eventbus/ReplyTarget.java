package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.function.BooleanSupplier;

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
   * @param gone asks whether the consumer has been unregistered; while it is just being, this waits
   *     until it is. Of a consumer that is there and full the answer is false
   * @param failure what the consumer replies
   * @return whether this cares for the rest; else the consumer's own failure is the reply
   */
  boolean giveBack(BooleanSupplier gone, ReplyException failure);

  /** The handler of a consumer has had the message. Called for stored messages only. */
  default void handled() {}
}
