package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.vertxipc.options.AnsweringLinkOptions;

/**
 * Takes messages from the event bus, and decides what becomes of them when too much waits for the
 * program. One thread only.
 */
final class Overflow {
  /** What to do with a message when too much waits. */
  private enum Policy {
    /** Stop taking messages from the event bus, which keeps a bounded number for the consumer. */
    BLOCK,
    /** Drop the messages that have waited longest. */
    DROP_OLDEST,
    /** Refuse the message. */
    FAIL
  }

  // How many messages the event bus keeps for the consumer while it is paused.
  private static final int MAX_BUFFERED_MESSAGES = 10_000;

  private final AnsweringLinkOptions<?> options;
  private final LinkEvents events;
  private final Policy policy;
  private MessageConsumer<Object> consumer;
  private boolean consumerPaused;
  private boolean overflowing;

  Overflow(AnsweringLinkOptions<?> options, LinkEvents events) {
    this.options = options;
    this.events = events;
    this.policy = Constants.of(Policy.class, options.getOverflow());
  }

  /** Starts taking messages. */
  Future<Void> open(EventBus eventBus, Handler<Message<Object>> handler) {
    consumer =
        eventBus.consumer(
            new MessageConsumerOptions()
                .setAddress(options.getSend())
                .setMaxBufferedMessages(MAX_BUFFERED_MESSAGES));
    consumer.handler(handler);
    return consumer.completion();
  }

  /**
   * Makes room for a message; returns false when it is refused.
   *
   * @param dropped takes each message that made room
   */
  boolean makeRoom(Outlet outlet, int length, Consumer<Buffer> dropped) {
    if (outlet.queued() == 0 || outlet.queued() + length <= options.getSendQueueBytes()) {
      return true;
    }
    if (policy == Policy.BLOCK) {
      // The consumer is paused by now; messages that were under way to it still have room.
      setConsumerPaused(true);
      return outlet.queued() + length <= options.getSendQueueBytes() + options.getMaxMessageBytes();
    }
    if (policy == Policy.DROP_OLDEST) {
      int count = 0;
      while (outlet.queued() > 0 && outlet.queued() + length > options.getSendQueueBytes()) {
        Buffer oldest = outlet.dropOldest();
        if (oldest == null) {
          break;
        }
        count++;
        dropped.accept(oldest);
      }
      events.warn("dropped", new JsonObject().put("messages", count));
      return true;
    }
    if (!overflowing) {
      overflowing = true;
      events.warn("overflow", new JsonObject().put("reason", tooMuch(outlet)));
    }
    return false;
  }

  /** Called when a message has been written, or waits. */
  void onWritten(Outlet outlet) {
    if (policy == Policy.BLOCK) {
      setConsumerPaused(outlet.queued() > options.getSendQueueBytes() / 2);
    }
  }

  /** Called when less waits than before. */
  void onRoom(Outlet outlet) {
    if (outlet.queued() <= options.getSendQueueBytes() / 4) {
      overflowing = false;
      setConsumerPaused(false);
    }
  }

  String tooMuch(Outlet outlet) {
    return "Too much waits for link '"
        + options.getName()
        + "': "
        + outlet.queued()
        + " bytes, at most "
        + options.getSendQueueBytes()
        + " are configured (sendQueueBytes)";
  }

  private void setConsumerPaused(boolean paused) {
    if (consumer != null && consumerPaused != paused) {
      consumerPaused = paused;
      if (paused) {
        consumer.pause();
      } else {
        consumer.resume();
      }
    }
  }

  /** Stops taking messages. */
  void close() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }
}
