package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.vertxipc.bridge.Failures;
import org.vertxipc.bridge.Priority;
import org.vertxipc.options.AnsweringLinkOptions;
import org.vertxipc.reactor.Reactor;

/**
 * The event bus's side of a link: takes messages to the program, delivers those from it, and gives
 * its answers to those who asked. One thread only: the link's context.
 */
final class Exchange implements Framing.Items {
  private final AnsweringLinkOptions<?> options;
  private final Codec codec;
  private final Waiting waiting;
  private final Overflow overflow;
  private final ContextInternal context;
  private final Intake intake = new Intake();
  // Null when there is no address for what the program says.
  private final Delivery delivery;
  private final LinkEvents events;
  private final boolean stream;
  private final DeliveryOptions plain = new DeliveryOptions();
  private Outlet outlet;
  private int maxMessageBytes;
  private Runnable whenWritten;

  /**
   * Creates one for a stream.
   *
   * @param restart starts the program again, which has not kept to its turn; null if that can't be
   */
  Exchange(
      ContextInternal context,
      Reactor reactor,
      AnsweringLinkOptions<?> options,
      LinkEvents events,
      Runnable restart) {
    this(context, reactor, options, events, restart, true);
  }

  private Exchange(
      ContextInternal context,
      Reactor reactor,
      AnsweringLinkOptions<?> options,
      LinkEvents events,
      Runnable restart,
      boolean stream) {
    this.context = context;
    this.options = options;
    this.codec = Constants.of(Codec.class, options.getCodec());
    this.overflow = new Overflow(options, events);
    events.counts().waiting(this::queued);
    this.events = events;
    this.stream = stream;
    this.maxMessageBytes = options.getMaxMessageBytes();
    this.waiting = new Waiting(context, reactor, options, events, restart, this::onRoom);
    this.delivery =
        options.getReceive() == null
            ? null
            : new Delivery(context, options, events, stopReading(options));
  }

  /** Creates one for an endpoint that keeps messages apart by itself. */
  static Exchange ofWholeMessages(
      ContextInternal context,
      Reactor reactor,
      AnsweringLinkOptions<?> options,
      LinkEvents events) {
    return new Exchange(context, reactor, options, events, null, false);
  }

  /** Returns what stops reading the program, null where answers must be read or nothing waits. */
  private Consumer<Boolean> stopReading(AnsweringLinkOptions<?> options) {
    boolean canBe = !waiting.hasAnswers() && options.getDeliver().equals("send");
    return canBe ? stop -> intake.set(Intake.Reason.UNHEARD, stop) : null;
  }

  /** Returns what says whether to read the program. */
  Intake intake() {
    return intake;
  }

  /** Starts taking messages. */
  Future<Void> open() {
    return options.getSend() == null
        ? Future.succeededFuture()
        : overflow.open(context.owner().eventBus(), this::onMessage);
  }

  /** Sets where messages go; with null they go nowhere, and fail meanwhile. */
  void outlet(Outlet to) {
    outlet = waiting.through(to);
    onRoom();
  }

  /** The same, for messages of a bounded length. */
  void outlet(Outlet to, int maxBytes) {
    maxMessageBytes = Math.min(options.getMaxMessageBytes(), maxBytes);
    outlet(to);
  }

  private void onMessage(Message<Object> message) {
    boolean request = message.replyAddress() != null;
    if (outlet == null) {
      events.refuse(message, Failures.LINK_DOWN, "Link '" + options.getName() + "' is down");
      return;
    }
    if (request && !waiting.accepts(message)) {
      return;
    }
    Object body;
    Buffer bytes;
    int priority;
    try {
      body = request ? waiting.body(message.body()) : message.body();
      Buffer encoded = codec.encode(body);
      int length = encoded.length() + (stream ? codec.lineBreak() : 0);
      if (length > maxMessageBytes) {
        events.refuse(message, Failures.TOO_LARGE, tooLarge(length));
        return;
      }
      bytes = stream ? codec.frame(encoded) : encoded;
      priority = Math.max(0, Priority.of(message.headers()));
    } catch (IllegalArgumentException e) {
      events.refuse(
          message,
          Failures.CODEC,
          "A message to link '" + options.getName() + "' can't be encoded: " + e.getMessage());
      return;
    }
    if (!overflow.makeRoom(outlet, bytes.length(), waiting::onDropped)) {
      events.refuse(message, Failures.QUEUE_FULL, overflow.tooMuch(outlet));
      return;
    }
    if (request && !waiting.add(message, body, bytes)) {
      return;
    }
    events.counts().onSent(bytes.length());
    outlet.write(bytes, priority);
    if (outlet != null) {
      overflow.onWritten(outlet);
    }
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

  /** Called when less waits than before. */
  void onRoom() {
    if (outlet != null) {
      overflow.onRoom(outlet);
    }
    if (whenWritten != null && !waiting.isHolding()) {
      Runnable task = whenWritten;
      whenWritten = null;
      task.run();
    }
  }

  /** Returns how many bytes wait; any thread may ask. */
  private long queued() {
    Outlet to = outlet;
    return to == null ? 0 : to.queued();
  }

  /** Runs a task as soon as no message waits for its turn. */
  void whenWritten(Runnable task) {
    whenWritten = task;
    onRoom();
  }

  /** Returns where messages wait; null when they go nowhere. */
  Outlet outlet() {
    return outlet;
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
  void onItem(Buffer bytes, DeliveryOptions with) {
    if (codec.isBlank(bytes)) {
      return;
    }
    events.counts().onReceived(bytes.length());
    Object body;
    try {
      body = codec.decode(bytes);
    } catch (BadMessageException e) {
      onBad(e);
      return;
    }
    Message<Object> asked = waiting.answered(body);
    if (asked != null) {
      asked.reply(body, with);
    } else if (delivery == null) {
      String excerpt = new BadMessageException("", bytes, null).excerpt();
      events.warn("unexpected", new JsonObject().put("text", excerpt));
    } else {
      delivery.deliver(body, with, bytes.length());
    }
  }

  /** Called when the program has sent something that is not a message. */
  @Override
  public void onBad(BadMessageException e) {
    events.warn(
        "bad-input", new JsonObject().put("reason", e.getMessage()).put("text", e.excerpt()));
    waiting.onBad(e.getMessage());
  }

  /** Fails the waiting requests, because nobody will answer them. */
  void failPending(String reason) {
    waiting.fail(reason);
  }

  /** Stops taking messages; answers to those that were taken are still matched. */
  void stopTaking() {
    overflow.close();
  }

  /** Ends everything. */
  void close() {
    stopTaking();
    waiting.close();
    outlet = null;
    int unheard = delivery == null ? 0 : delivery.close();
    if (unheard > 0) {
      events.warn("lost", new JsonObject().put("messages", unheard));
    }
  }
}
