package org.vertxipc.eventbus;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.eventbus.impl.MessageImpl;

/**
 * A message of a peer on its way to one consumer. Its class says that it comes from a peer, so that
 * nothing needs to be remembered while it is delivered.
 */
public final class IncomingMessage extends MessageImpl<Object, Object> {
  // What HandlerRegistration.discardMessage replies for a consumer that can't have the message.
  private static final String DISCARDED = "Discarded the request";
  private static final String NOTICE = "__vertx-ipc.stored";

  private final ReplyTarget target;
  private final boolean noticed;
  private volatile boolean reached;
  private volatile HandlerRegistration<?> consumer;

  IncomingMessage(
      EventBusImpl bus,
      String address,
      MultiMap headers,
      Object body,
      boolean send,
      String replyAddress,
      ReplyTarget target) {
    super(address, headers, null, null, send, bus);
    this.receivedBody = body;
    this.replyAddress = replyAddress;
    this.target = target;
    this.noticed = replyAddress == null && target != null;
  }

  @Override
  public MessageImpl<Object, Object> copyBeforeReceive() {
    return this;
  }

  @Override
  protected boolean isLocal() {
    return false;
  }

  /**
   * Until it has reached a consumer, a stored message pretends to want a reply: a consumer that
   * can't have it reports this by replying.
   */
  @Override
  public String replyAddress() {
    return noticed && !reached ? NOTICE : super.replyAddress();
  }

  /** Returns whether a reply goes to a peer, not to a requester of this Vert.x. */
  boolean isOfPeer() {
    return target != null;
  }

  void given(HandlerRegistration<?> consumer) {
    this.consumer = consumer;
  }

  // A consumer gives back its waiting messages before it is removed from the event bus, and holds
  // its lock until then.
  private boolean isConsumerGone() {
    return !consumer.isRegistered();
  }

  /**
   * Marks the message as reached by a consumer; returns true for a stored message, the first time.
   */
  boolean reach() {
    if (!noticed || reached) {
      return false;
    }
    reached = true;
    return true;
  }

  void handled() {
    target.handled();
  }

  @Override
  public void reply(Object message, DeliveryOptions options) {
    boolean givenBack =
        target != null
            && !reached
            && isDiscarded(message)
            && target.giveBack(this::isConsumerGone, (ReplyException) message);
    if (!givenBack) {
      super.reply(message, options);
    }
  }

  private static boolean isDiscarded(Object message) {
    return message instanceof ReplyException e
        && e.failureType() == ReplyFailure.TIMEOUT
        && e.getMessage() != null
        && e.getMessage().startsWith(DISCARDED);
  }

  @Override
  @SuppressWarnings("rawtypes") // Raw types, as Vert.x declares it.
  protected MessageImpl createReply(Object message, DeliveryOptions options) {
    MessageImpl<?, ?> reply =
        bus.createMessage(
            true, true, replyAddress, options.getHeaders(), message, options.getCodecName());
    return new Answer(bus, reply, trace, target);
  }

  /** A reply to such a message, which knows where it belongs. */
  static final class Answer extends MessageImpl<Object, Object> {
    final ReplyTarget target;

    @SuppressWarnings("unchecked") // The codec was chosen for this very body.
    Answer(EventBusImpl bus, MessageImpl<?, ?> reply, Object trace, ReplyTarget target) {
      super(
          reply.address(),
          Inside.headers(reply),
          Inside.sentBody(reply),
          (MessageCodec<Object, Object>) reply.codec(),
          true,
          bus);
      this.trace = trace;
      this.target = target;
    }

    /** Returns the body, as its sender has it when it is written before that goes on. */
    Object sent(boolean now) {
      return now || sentBody == null ? sentBody : messageCodec.transform(sentBody);
    }

    private Answer(Answer other) {
      super(other);
      this.trace = other.trace;
      this.target = null;
    }

    /**
     * A copy is needed only where the event bus itself delivers it, which happens when a message
     * came back to its own Vert.x.
     */
    @Override
    public MessageImpl<Object, Object> copyBeforeReceive() {
      return target == null ? new Answer(this) : this;
    }
  }
}
