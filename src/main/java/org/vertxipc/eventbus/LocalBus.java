package org.vertxipc.eventbus;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.SerializableBodies;

/** The event bus of one Vert.x, for all bridges of that Vert.x. May be used on any thread. */
public final class LocalBus implements Shareable {
  private static final String MAP = "__vertx-ipc.eventbus";
  private static final String REPLIES = "__vertx-ipc.reply";
  // Vert.x's own codecs with lower ids are for types that only Vert.x encodes.
  private static final int CLUSTER_SERIALIZABLE = 16;

  private final VertxInternal vertx;
  private final EventBusImpl bus;
  private final long incarnation;
  private final ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers;
  private final CodecManager codecs;
  private final Leaving leaving;
  private final AtomicLong published = new AtomicLong();
  private final Handler<DeliveryContext<Object>> notice = LocalBus::onDelivery;
  private int users;
  private int heeding;
  private int noticed;
  private HandlerRegistration<?> replies;

  private LocalBus(VertxInternal vertx) {
    this.vertx = vertx;
    this.bus = (EventBusImpl) vertx.eventBus();
    // The lowest bit stays free for those who keep a list of incarnations.
    this.incarnation = new SecureRandom().nextLong() & ~1L;
    this.handlers = Inside.handlers(bus);
    this.codecs = Inside.codecs(bus);
    this.leaving = new Leaving(vertx, bus);
  }

  /**
   * Returns the event bus of a Vert.x.
   *
   * @param vertx the Vert.x
   * @return the same object for all callers
   * @throws IllegalStateException when its internals can't be reached, naming the JVM flag that
   *     helps
   */
  public static LocalBus of(VertxInternal vertx) {
    Inside.require(vertx);
    LocalMap<String, LocalBus> map = vertx.sharedData().getLocalMap(MAP);
    return map.computeIfAbsent("", k -> new LocalBus(vertx));
  }

  /**
   * Registers one more bridge that uses this.
   *
   * @param heedsLocalOnly whether that bridge heeds {@code setLocalOnly}
   */
  public synchronized void retain(boolean heedsLocalOnly) {
    if (users++ == 0) {
      replies = open(REPLIES, LocalBus::onAnswer).registration;
    }
    if (heedsLocalOnly && heeding++ == 0) {
      leaving.start();
    }
  }

  /**
   * Releases this from one bridge.
   *
   * @param heedsLocalOnly as given to {@link #retain}
   */
  public synchronized void release(boolean heedsLocalOnly) {
    if (heedsLocalOnly && --heeding == 0) {
      leaving.stop();
    }
    if (--users == 0) {
      replies.unregister();
    }
  }

  private static void onAnswer(Message<?> message) {
    if (message instanceof IncomingMessage.Answer answer) {
      answer.target.reply(answer);
    }
  }

  /**
   * Identifies this Vert.x among all others.
   *
   * @return an even random number, new for each Vert.x
   */
  public long incarnation() {
    return incarnation;
  }

  /**
   * Returns a number for a message that is published here.
   *
   * @return 1 or more, higher than all earlier ones
   */
  public long nextNumber() {
    return published.incrementAndGet();
  }

  /**
   * Returns the consumers of an address.
   *
   * @param address the address
   * @return a view that is always current; frequent callers keep it
   */
  public Consumers consumers(String address) {
    return new Consumers(address, handlers);
  }

  /**
   * Takes note of consumers elsewhere.
   *
   * @param here the consumers of the address that this Vert.x has itself
   * @param are whether there are any elsewhere
   */
  public void elsewhere(Consumers here, boolean are) {
    leaving.elsewhere(here, are);
  }

  /**
   * A handler that stands for consumers elsewhere.
   *
   * @param registration that of the event bus
   */
  public record Opened(HandlerRegistration<?> registration) {
    /** Removes it from the event bus. */
    public void close() {
      registration.unregister();
    }
  }

  /**
   * Puts a handler into the event bus that stands for consumers elsewhere: it is one of the
   * handlers of the address, takes part in their rotation, and gets messages as they leave.
   *
   * @param address the address
   * @param sink called on the sender's thread, after all outbound interceptors, with a message of
   *     its own
   * @return to close it
   */
  public Opened open(String address, Consumer<Message<?>> sink) {
    return open(address, false, sink);
  }

  /**
   * The same, also for messages from other nodes of a clustered Vert.x.
   *
   * @param address the address
   * @param broadcast whether to announce it to the cluster
   * @param sink as above
   * @return to close it
   */
  public Opened open(String address, boolean broadcast, Consumer<Message<?>> sink) {
    ContextInternal context = vertx.contextBuilder().build();
    Promise<Void> done = Promise.promise();
    return new Opened(
        Inside.open(context, bus, address, broadcast, m -> sink.accept((Message<?>) m), done));
  }

  /**
   * Returns the headers of a message.
   *
   * @param message as {@link #open} handed it over
   * @return null when there are none
   */
  public MultiMap headers(Message<?> message) {
    // A clustered message keeps its headers in another field.
    return vertx.isClustered() ? message.headers() : Inside.headers((MessageImpl<?, ?>) message);
  }

  /**
   * Returns the headers of an answer; their owner may still change them.
   *
   * @param answer a reply to a message of a peer
   * @param now whether they are written before its sender goes on, so that no copy is needed
   * @return null when there are none
   */
  public MultiMap headers(Message<?> answer, boolean now) {
    return now ? headers(answer) : copy(headers(answer));
  }

  /**
   * Returns headers that nobody else changes.
   *
   * @param headers may be null
   * @return null for none
   */
  public static MultiMap copy(MultiMap headers) {
    return headers == null ? null : MultiMap.caseInsensitiveMultiMap().addAll(headers);
  }

  /**
   * Returns the body of a message in the form in which it is written. User code runs only within
   * this call, and afterwards the sender may change its object: call it on the sender's thread.
   *
   * @param message as {@link #open} handed it over, or an answer
   * @param now whether it is written before the sender goes on, so that no copy is needed
   * @param serializable which bodies go by Java's own serialisation
   * @return of a type that the encoder knows, or encoded
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Object body(Message<?> message, boolean now, SerializableBodies serializable) {
    MessageImpl<?, ?> m = (MessageImpl<?, ?>) message;
    MessageCodec codec = m.codec();
    if (codec instanceof Lent) {
      return Lent.body(m, now);
    }
    if (codec == null || codec.systemCodecID() >= 0) {
      Object body = m instanceof IncomingMessage.Answer a ? a.sent(now) : m.body();
      boolean users = codec != null && codec.systemCodecID() >= CLUSTER_SERIALIZABLE;
      return users ? EncodedBody.of(body, serializable) : body;
    }
    Object sent = Inside.sentBody(m);
    // A message from another node of the cluster has only been received.
    return EncodedBody.of(codec, sent == null ? m.body() : sent);
  }

  /**
   * Returns a body that is written without the event bus, encoded if user code has to do that.
   *
   * @param body may be null
   * @param now whether it is written before its writer goes on, so that no copy is needed
   * @param serializable which bodies go by Java's own serialisation
   * @return of a type that the encoder knows, or encoded
   * @throws IllegalArgumentException when there is no codec for it
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Object encodable(Object body, boolean now, SerializableBodies serializable) {
    MessageCodec codec = codecs.lookupCodec(body, null, true);
    int id = codec.systemCodecID();
    if (id < 0) {
      return EncodedBody.of(codec, body);
    }
    return id >= CLUSTER_SERIALIZABLE
        ? EncodedBody.of(body, serializable)
        : now || body == null ? body : codec.transform(body);
  }

  /**
   * Returns a codec that a user registered.
   *
   * @param name its name
   * @return null when there is none
   */
  public MessageCodec<?, ?> codec(String name) {
    return codecs.getCodec(name);
  }

  /**
   * Creates a message of a peer for one consumer.
   *
   * @param address to which it was sent
   * @param headers become the message's own; null for none
   * @param body becomes the message's own
   * @param send false for a publish
   * @param target where replies go; null when none is wanted
   * @return to be given to one of {@link #consumers}
   */
  public IncomingMessage incoming(
      String address, MultiMap headers, Object body, boolean send, ReplyTarget target) {
    return new IncomingMessage(
        bus, address, headers, body, send, target == null ? null : REPLIES, target);
  }

  /**
   * Creates a message of a peer for one consumer that reports when the consumer has had it.
   *
   * @param address to which it was sent
   * @param headers become the message's own; null for none
   * @param body becomes the message's own
   * @param send false for a publish
   * @param target told when a consumer has had it, or can't have it; between {@link #startNotices}
   *     and {@link #stopNotices}
   * @return to be given to one of {@link #consumers}
   */
  public IncomingMessage noticed(
      String address, MultiMap headers, Object body, boolean send, ReplyTarget target) {
    return new IncomingMessage(bus, address, headers, body, send, null, target);
  }

  /**
   * Creates a message for a consumer here from one that was sent in this Vert.x, has left, and has
   * come back.
   *
   * @param address to which it was sent
   * @param headers become the message's own; null for none
   * @param body becomes the message's own
   * @param requester of a request, else null
   * @return to be given to one of {@link #consumers}
   */
  public IncomingMessage own(String address, MultiMap headers, Object body, Requester requester) {
    String reply = requester instanceof LocalRequester r ? r.handler.address() : null;
    return new IncomingMessage(bus, address, headers, body, true, reply, null);
  }

  /** Starts reporting when a consumer has had a message; calls are counted. */
  public synchronized void startNotices() {
    if (noticed++ == 0) {
      bus.addInboundInterceptor(notice);
    }
  }

  /** Undoes one call of {@link #startNotices}. */
  public synchronized void stopNotices() {
    if (--noticed == 0) {
      bus.removeInboundInterceptor(notice);
    }
  }

  // Runs on the consumer's thread, around its handler.
  private static void onDelivery(DeliveryContext<Object> delivered) {
    Message<?> m = delivered.message();
    boolean first = m instanceof IncomingMessage incoming && incoming.reach();
    delivered.next();
    if (first) {
      ((IncomingMessage) m).handled();
    }
  }

  /**
   * Returns the requester that waits for the reply to a message that was sent in this Vert.x.
   *
   * @param message as {@link #open} handed it over
   * @return null when nobody waits, or nobody waits any longer
   */
  public LocalRequester requester(Message<?> message) {
    String address = message.replyAddress();
    Iterable<HandlerHolder<?>> found = address == null ? null : handlers.get(address);
    return found == null ? null : new LocalRequester(found.iterator().next().handler);
  }

  /** A requester in this Vert.x. */
  public final class LocalRequester implements Requester {
    private final HandlerRegistration<?> handler;

    private LocalRequester(HandlerRegistration<?> handler) {
      this.handler = handler;
    }

    @Override
    public boolean isWaiting(long now) {
      return handler.isRegistered();
    }

    @Override
    public void fail(ReplyException failure) {
      // The caller must not see it when the context of the requester refuses the task.
      vertx.getOrCreateContext().runOnContext(v -> Inside.failOnItsContext(handler, failure));
    }

    /**
     * Gives the reply.
     *
     * @param headers become the message's own; null for none
     * @param body becomes the message's own
     * @param target where a reply to the reply goes; null when none is wanted
     */
    public void reply(MultiMap headers, Object body, ReplyTarget target) {
      if (handler.isRegistered()) {
        Inside.receive(handler, incoming(handler.address(), headers, body, true, target));
      }
    }
  }

  /**
   * Returns the failure of a request that nobody takes.
   *
   * @param address to which it was sent
   * @return as the event bus says it
   */
  public static ReplyException noHandlers(String address) {
    return new ReplyException(ReplyFailure.NO_HANDLERS, "No handlers for address " + address);
  }
}
