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
import org.vertxipc.options.AnsweringLinkOptions;

/**
 * The event bus's side of a link: takes messages to the program, delivers those from it, and
 * matches its answers to requests. One thread only: the link's context.
 */
final class Exchange implements Framing.Items {
  /** How the program's answers are matched to requests. */
  private enum ReplyMode {
    /** There are no answers: requests fail. */
    NONE,
    /** Each message from the program answers the oldest unanswered request. */
    TURN,
    /** A field of the JSON object is the same in both. */
    ID
  }

  /** What to do with a message when too much waits. */
  private enum Overflow {
    /** Stop taking messages from the event bus, which keeps a bounded number for the consumer. */
    BLOCK,
    /** Drop the messages that have waited longest. */
    DROP_OLDEST,
    /** Refuse the message. */
    FAIL
  }

  private static final int MAX_PENDING = 100_000;
  // How many messages the event bus keeps for the consumer while it is paused.
  private static final int MAX_BUFFERED_MESSAGES = 10_000;

  private final EventBus eventBus;
  private final AnsweringLinkOptions<?> options;
  private final Codec codec;
  private final ReplyMode reply;
  private final Overflow overflow;
  private final boolean publish;
  private final LinkEvents events;
  private final boolean stream;
  private final DeliveryOptions plain = new DeliveryOptions();
  private final Queue<Message<Object>> turns = new ArrayDeque<>();
  private final Map<Object, Message<Object>> byId = new HashMap<>();
  private MessageConsumer<Object> consumer;
  private Outlet outlet;
  private int maxMessageBytes;
  private boolean consumerPaused;
  private boolean overflowing;
  private long nextId;

  Exchange(EventBus eventBus, AnsweringLinkOptions<?> options, LinkEvents events) {
    this(eventBus, options, events, true);
  }

  private Exchange(
      EventBus eventBus, AnsweringLinkOptions<?> options, LinkEvents events, boolean stream) {
    this.eventBus = eventBus;
    this.options = options;
    this.codec = Constants.of(Codec.class, options.getCodec());
    this.reply = Constants.of(ReplyMode.class, options.getReply());
    this.overflow = Constants.of(Overflow.class, options.getOverflow());
    this.publish = options.getDeliver().equals("publish");
    this.events = events;
    this.stream = stream;
    this.maxMessageBytes = options.getMaxMessageBytes();
  }

  /** Creates one for an endpoint that keeps messages apart by itself. */
  static Exchange ofWholeMessages(
      EventBus eventBus, AnsweringLinkOptions<?> options, LinkEvents events) {
    return new Exchange(eventBus, options, events, false);
  }

  /** Starts taking messages. */
  Future<Void> open() {
    if (options.getSend() == null) {
      return Future.succeededFuture();
    }
    consumer =
        eventBus.consumer(
            new MessageConsumerOptions()
                .setAddress(options.getSend())
                .setMaxBufferedMessages(MAX_BUFFERED_MESSAGES));
    consumer.handler(this::onMessage);
    return consumer.completion();
  }

  /** Sets where messages go; with null they go nowhere, and fail meanwhile. */
  void outlet(Outlet outlet) {
    this.outlet = outlet;
    if (outlet != null) {
      onRoom();
    }
  }

  /** The same, for messages of a bounded length. */
  void outlet(Outlet outlet, int maxBytes) {
    maxMessageBytes = Math.min(options.getMaxMessageBytes(), maxBytes);
    outlet(outlet);
  }

  private void onMessage(Message<Object> message) {
    boolean request = message.replyAddress() != null;
    if (outlet == null) {
      refuse(message, Failures.LINK_DOWN, "Link '" + options.getName() + "' is down");
      return;
    }
    if (request && reply == ReplyMode.NONE) {
      refuse(
          message,
          Failures.CODEC,
          "Link '" + options.getName() + "' answers no requests (its 'reply' is 'none')");
      return;
    }
    Object id = null;
    Buffer bytes;
    int priority;
    try {
      Object body = message.body();
      if (request && reply == ReplyMode.ID) {
        JsonObject json = withId(body);
        id = json.getValue(options.getIdField());
        body = json;
      }
      Buffer encoded = codec.encode(body);
      int length = encoded.length() + (stream ? codec.lineBreak() : 0);
      if (length > maxMessageBytes) {
        refuse(message, Failures.TOO_LARGE, tooLarge(length));
        return;
      }
      bytes = stream ? codec.frame(encoded) : encoded;
      priority = priority(message);
    } catch (IllegalArgumentException e) {
      refuse(
          message,
          Failures.CODEC,
          "A message to link '" + options.getName() + "' can't be encoded: " + e.getMessage());
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
    if (overflow == Overflow.BLOCK && outlet != null) {
      setConsumerPaused(outlet.queued() > options.getSendQueueBytes() / 2);
    }
  }

  private JsonObject withId(Object body) {
    if (!(body instanceof JsonObject json)) {
      throw new IllegalArgumentException(
          "a request needs a JSON object, for its field '" + options.getIdField() + "'");
    }
    return json.containsKey(options.getIdField())
        ? json
        : json.copy().put(options.getIdField(), "vx-" + nextId++);
  }

  private static int priority(Message<Object> message) {
    return Math.max(0, Priority.of(message.headers()));
  }

  private String tooLarge(int length) {
    return "A message to link '"
        + options.getName()
        + "' takes "
        + length
        + " bytes, at most "
        + maxMessageBytes
        + " are configured (maxMessageBytes)";
  }

  private String tooMuch() {
    return "Too much waits for link '"
        + options.getName()
        + "': "
        + outlet.queued()
        + " bytes, at most "
        + options.getSendQueueBytes()
        + " are configured (sendQueueBytes)";
  }

  private boolean makeRoom(int length) {
    if (outlet.queued() == 0 || outlet.queued() + length <= options.getSendQueueBytes()) {
      return true;
    }
    if (overflow == Overflow.BLOCK) {
      // The consumer is paused by now; messages that were under way to it still have room.
      setConsumerPaused(true);
      return outlet.queued() + length <= options.getSendQueueBytes() + options.getMaxMessageBytes();
    }
    if (overflow == Overflow.DROP_OLDEST) {
      int dropped = 0;
      int last = 1;
      while (outlet.queued() > 0
          && last > 0
          && outlet.queued() + length > options.getSendQueueBytes()) {
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

  /** Called when less waits than before. */
  void onRoom() {
    if (outlet != null && outlet.queued() <= options.getSendQueueBytes() / 4) {
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
          "More than " + MAX_PENDING + " requests wait for link '" + options.getName() + "'");
      return false;
    }
    if (reply == ReplyMode.TURN) {
      turns.add(message);
    } else if (byId.putIfAbsent(id, message) != null) {
      refuse(
          message,
          Failures.CODEC,
          "Another request to link '" + options.getName() + "' waits with the id '" + id + "'");
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

  /**
   * Returns what separates the program's messages, to be fed with what it writes.
   *
   * @param keepCarriageReturn as configured
   */
  Framing framing(boolean keepCarriageReturn) {
    return codec.framing(options.getMaxMessageBytes(), keepCarriageReturn);
  }

  @Override
  public void onItem(Buffer bytes) {
    onItem(bytes, plain);
  }

  /** Called with a message from the program. */
  void onItem(Buffer bytes, DeliveryOptions delivery) {
    if (codec.isBlank(bytes)) {
      return;
    }
    Object body;
    try {
      body = codec.decode(bytes);
    } catch (BadMessageException e) {
      onBad(e);
      return;
    }
    Message<Object> asked = asked(body);
    if (asked != null) {
      asked.reply(body, delivery);
    } else if (options.getReceive() == null) {
      events.warn("unexpected", new JsonObject().put("text", excerpt(bytes)));
    } else if (publish) {
      eventBus.publish(options.getReceive(), body, delivery);
    } else {
      eventBus.send(options.getReceive(), body, delivery);
    }
  }

  private static String excerpt(Buffer bytes) {
    return new BadMessageException("", bytes, null).excerpt();
  }

  private Message<Object> asked(Object body) {
    if (reply == ReplyMode.TURN) {
      return turns.poll();
    }
    return reply == ReplyMode.ID && body instanceof JsonObject json
        ? byId.remove(json.getValue(options.getIdField()))
        : null;
  }

  /**
   * Called when the program has sent something that is not a message. It may have been an answer.
   */
  @Override
  public void onBad(BadMessageException e) {
    events.warn(
        "bad-input", new JsonObject().put("reason", e.getMessage()).put("text", e.excerpt()));
    Message<Object> asked = turns.poll();
    if (asked != null) {
      refuse(
          asked,
          Failures.CODEC,
          "Link '" + options.getName() + "' answered with " + e.getMessage());
    }
  }

  /** Fails the waiting requests, because nobody will answer them. */
  void failPending(String reason) {
    Queue<Message<Object>> waiting = new ArrayDeque<>(turns);
    waiting.addAll(byId.values());
    turns.clear();
    byId.clear();
    String text = "Link '" + options.getName() + "': " + reason;
    waiting.forEach(message -> refuse(message, Failures.LINK_DOWN, text));
  }

  /** Stops taking messages; answers to those that were taken are still matched. */
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
