package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.vertxipc.bridge.Failures;
import org.vertxipc.bridge.Priority;
import org.vertxipc.link.LinkConfig.Overflow;
import org.vertxipc.link.LinkConfig.ReplyMode;

/**
 * The event bus's side of a link: takes messages to the program, delivers what it says, and finds
 * the requests that it answers. One thread only: the link's context.
 */
final class Exchange {
  private static final int MAX_PENDING = 100_000;
  // What the event bus keeps for the consumer while it is paused.
  private static final int MAX_BUFFERED_MESSAGES = 10_000;

  private final EventBus eventBus;
  private final LinkConfig config;
  private final LinkEvents events;
  private final boolean stream;
  private final Queue<Message<Object>> turns = new ArrayDeque<>();
  private final Map<Object, Message<Object>> byId = new HashMap<>();
  private MessageConsumer<Object> consumer;
  private Outlet outlet;
  private int maxMessageBytes;
  private boolean consumerPaused;
  private boolean overflowing;
  private long nextId;

  Exchange(EventBus eventBus, LinkConfig config, LinkEvents events) {
    this(eventBus, config, events, true);
  }

  private Exchange(EventBus eventBus, LinkConfig config, LinkEvents events, boolean stream) {
    this.eventBus = eventBus;
    this.config = config;
    this.events = events;
    this.stream = stream;
    this.maxMessageBytes = config.maxMessageBytes();
  }

  /** For an endpoint that keeps messages apart by itself. */
  static Exchange ofWholeMessages(EventBus eventBus, LinkConfig config, LinkEvents events) {
    return new Exchange(eventBus, config, events, false);
  }

  /** Starts to take messages. */
  Future<Void> open() {
    if (config.send() == null) {
      return Future.succeededFuture();
    }
    consumer =
        eventBus.consumer(
            new MessageConsumerOptions()
                .setAddress(config.send())
                .setMaxBufferedMessages(MAX_BUFFERED_MESSAGES));
    consumer.handler(this::onMessage);
    return consumer.completion();
  }

  /** Sets where messages go, null for nowhere: they fail meanwhile. */
  void outlet(Outlet outlet) {
    this.outlet = outlet;
    if (outlet != null) {
      onRoom();
    }
  }

  /** The same, for messages of a bounded length. */
  void outlet(Outlet outlet, int maxBytes) {
    maxMessageBytes = Math.min(config.maxMessageBytes(), maxBytes);
    outlet(outlet);
  }

  private void onMessage(Message<Object> message) {
    boolean request = message.replyAddress() != null;
    if (outlet == null) {
      refuse(message, Failures.LINK_DOWN, "Link '" + config.name() + "' is down");
      return;
    }
    if (request && config.reply() == ReplyMode.NONE) {
      refuse(
          message,
          Failures.CODEC,
          "Link '" + config.name() + "' answers no requests (its 'reply' is 'none')");
      return;
    }
    Object id = null;
    Buffer bytes;
    int priority;
    try {
      Object body = message.body();
      if (request && config.reply() == ReplyMode.ID) {
        JsonObject json = withId(body);
        id = json.getValue(config.idField());
        body = json;
      }
      Buffer encoded = config.codec().encode(body);
      int length = encoded.length() + (stream ? config.codec().lineBreak() : 0);
      if (length > maxMessageBytes) {
        refuse(message, Failures.TOO_LARGE, tooLarge(length));
        return;
      }
      bytes = stream ? config.codec().frame(encoded) : encoded;
      priority = priority(message);
    } catch (IllegalArgumentException e) {
      refuse(
          message,
          Failures.CODEC,
          "A message to link '" + config.name() + "' can't be encoded: " + e.getMessage());
      return;
    }
    if (!makeRoom(bytes.length())) {
      refuse(message, Failures.QUEUE_FULL, tooMuch());
      return;
    }
    if (request && !await(message, id)) {
      return;
    }
    outlet.write(bytes, priority);
    if (config.overflow() == Overflow.BLOCK && outlet != null) {
      setConsumerPaused(outlet.queued() > config.sendQueueBytes() / 2);
    }
  }

  private JsonObject withId(Object body) {
    if (!(body instanceof JsonObject json)) {
      throw new IllegalArgumentException(
          "a request needs a JSON object, for its field '" + config.idField() + "'");
    }
    return json.containsKey(config.idField())
        ? json
        : json.copy().put(config.idField(), "vx-" + nextId++);
  }

  private static int priority(Message<Object> message) {
    return Math.max(0, Priority.of(message.headers()));
  }

  private String tooLarge(int length) {
    return "A message to link '"
        + config.name()
        + "' takes "
        + length
        + " bytes, at most "
        + maxMessageBytes
        + " are configured (maxMessageBytes)";
  }

  private String tooMuch() {
    return "Too much waits for link '"
        + config.name()
        + "': "
        + outlet.queued()
        + " bytes, at most "
        + config.sendQueueBytes()
        + " are configured (sendQueueBytes)";
  }

  private boolean makeRoom(int length) {
    if (outlet.queued() == 0 || outlet.queued() + length <= config.sendQueueBytes()) {
      return true;
    }
    if (config.overflow() == Overflow.BLOCK) {
      // The consumer is paused by now; what was under way to it still has its place.
      setConsumerPaused(true);
      return outlet.queued() + length <= config.sendQueueBytes() + config.maxMessageBytes();
    }
    if (config.overflow() == Overflow.DROP_OLDEST) {
      int dropped = 0;
      int last = 1;
      while (outlet.queued() > 0
          && last > 0
          && outlet.queued() + length > config.sendQueueBytes()) {
        last = outlet.dropOldest();
        dropped += last > 0 ? 1 : 0;
      }
      events.warn("dropped", new JsonObject().put("messages", dropped));
      return true;
    }
    if (!overflowing) {
      overflowing = true;
      events.warn("overflow", new JsonObject().put("reason", tooMuch()));
    }
    return false;
  }

  /** Less waits than before. */
  void onRoom() {
    if (outlet != null && outlet.queued() <= config.sendQueueBytes() / 4) {
      overflowing = false;
      setConsumerPaused(false);
    }
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

  private boolean await(Message<Object> message, Object id) {
    if (turns.size() + byId.size() >= MAX_PENDING) {
      refuse(
          message,
          Failures.QUEUE_FULL,
          "More than " + MAX_PENDING + " requests wait for link '" + config.name() + "'");
      return false;
    }
    if (config.reply() == ReplyMode.TURN) {
      turns.add(message);
    } else if (byId.putIfAbsent(id, message) != null) {
      refuse(
          message,
          Failures.CODEC,
          "Another request to link '" + config.name() + "' waits with the id '" + id + "'");
      return false;
    }
    return true;
  }

  private void refuse(Message<Object> message, int code, String text) {
    if (message.replyAddress() != null) {
      message.reply(new ReplyException(ReplyFailure.ERROR, code, text));
    } else {
      events.warn("refused", new JsonObject().put("reason", text));
    }
  }

  /** The program has said something. */
  void onItem(Buffer bytes, DeliveryOptions options) {
    Object body;
    try {
      body = config.codec().decode(bytes);
    } catch (BadMessageException e) {
      onBad(e);
      return;
    }
    Message<Object> asked = asked(body);
    if (asked != null) {
      asked.reply(body, options);
    } else if (config.receive() == null) {
      events.warn("unexpected", new JsonObject().put("text", excerpt(bytes)));
    } else if (config.publish()) {
      eventBus.publish(config.receive(), body, options);
    } else {
      eventBus.send(config.receive(), body, options);
    }
  }

  private static String excerpt(Buffer bytes) {
    return new BadMessageException("", bytes, null).excerpt();
  }

  private Message<Object> asked(Object body) {
    if (config.reply() == ReplyMode.TURN) {
      return turns.poll();
    }
    return config.reply() == ReplyMode.ID && body instanceof JsonObject json
        ? byId.remove(json.getValue(config.idField()))
        : null;
  }

  /** The program has said what is no message. It may have been an answer. */
  void onBad(BadMessageException e) {
    events.warn(
        "bad-input", new JsonObject().put("reason", e.getMessage()).put("text", e.excerpt()));
    Message<Object> asked = turns.poll();
    if (asked != null) {
      refuse(asked, Failures.CODEC, "Link '" + config.name() + "' answered with " + e.getMessage());
    }
  }

  /** Nobody will answer what waits. */
  void failPending(String reason) {
    Queue<Message<Object>> waiting = new ArrayDeque<>(turns);
    waiting.addAll(byId.values());
    turns.clear();
    byId.clear();
    String text = "Link '" + config.name() + "': " + reason;
    waiting.forEach(message -> refuse(message, Failures.LINK_DOWN, text));
  }

  /** Takes no more messages; answers to those that were taken still find them. */
  void stopTaking() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  /** Ends everything. */
  void close() {
    stopTaking();
    outlet = null;
    failPending("it is closed");
  }
}
