package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.Bus;
import org.vertxipc.bus.BusListener;
import org.vertxipc.bus.Departure;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.reactor.InlineLoop;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.ProtocolException;

/**
 * The event bus of one Vert.x, joined with those of its peers.
 *
 * <p>For each address that a peer exports and this node imports, a <em>proxy</em>, a consumer of
 * the local event bus, writes what it gets to that peer. What comes from a peer is delivered to the
 * local consumers and to no proxy of this bus: one hop, which is what makes {@code publish} exactly
 * once. A proxy runs within the call of {@code send} (see {@link InlineLoop}), so the bridge sees
 * at once when the event bus has chosen a proxy for such a message, and lets it choose again.
 *
 * <p>State is touched on the bridge's context only; public methods may be called on any thread.
 */
public final class Bridge {
  /** The header that gives a message its priority, where the way to a peer knows priorities. */
  public static final String PRIORITY = "ipc-priority";

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);
  private static final int MAX_EXPORTS_OF_A_PEER = 100_000;
  private static final int MAX_COMPLAINTS = 1_000;

  private final VertxInternal vertx;
  private final EventBus eventBus;
  private final boolean clustered;
  private final ContextInternal context;
  private final BridgeConfig config;
  private final Bus bus;
  private final Exports exports = new Exports();
  private final Imports imports;
  private final Counters counters = new Counters();
  private final MessageEncoder encoder;
  private final MessageDecoder decoder;
  private final Map<String, List<Remote>> proxied = new HashMap<>();
  private final Set<String> codecsComplainedOf = new HashSet<>();
  private final DeliveryOptions plain = new DeliveryOptions();
  private final DeliveryOptions moved = new DeliveryOptions().setCodecName(MovedCodec.NAME);
  private final List<Consumer<PeerEvent>> peerHandlers = new CopyOnWriteArrayList<>();
  private final List<Outlet> outlets = new ArrayList<>();
  private final Map<String, Remote> absents = new HashMap<>();
  private final StoredDelivery stored;
  private UserCodecs userCodecs;
  private boolean injecting;
  private boolean hitProxy;
  private Message<?> captured;
  private Future<Void> started;
  private Future<Void> stopped;

  /**
   * A bridge, not started.
   *
   * @param owner the event-loop context whose loop does all the work
   * @param config what it needs to know
   */
  public Bridge(ContextInternal owner, BridgeConfig config) {
    this.vertx = owner.owner();
    this.eventBus = vertx.eventBus();
    this.clustered = vertx.isClustered();
    this.config = config;
    this.imports = new Imports(config.imports());
    this.encoder = new MessageEncoder(config.serializable());
    this.decoder = new MessageDecoder(config.serializable());
    InlineLoop loop = InlineLoop.of(owner);
    this.context = loop.context(vertx);
    this.bus = new Bus(context, config.bus(), 0, new Listener());
    this.stored = new StoredDelivery(vertx, context, this::deliverStored);
    plain.setSendTimeout(config.replyMillis());
    moved.setSendTimeout(config.replyMillis());
    for (String address : config.exports()) {
      exports.add(address);
    }
    bus.exported(exports.addresses());
  }

  /**
   * Joins the bus.
   *
   * @return done when the nodes that are there are connected, see {@link Bus#join}
   */
  public Future<Void> start() {
    return onContext(
        () -> {
          if (stopped != null) {
            return context.failedFuture("The bridge is closed");
          }
          if (started == null) {
            MovedCodec.register(eventBus);
            userCodecs = UserCodecs.of(vertx);
            started = bus.join();
          }
          return started;
        });
  }

  /**
   * Leaves the bus. What waits for a reply of a peer fails.
   *
   * @return done when nothing is left of this node
   */
  public Future<Void> stop() {
    return onContext(
        () -> {
          if (stopped == null) {
            Future<Void> joined = started == null ? context.succeededFuture() : started;
            stopped = joined.otherwiseEmpty().compose(v -> leave());
          }
          return stopped;
        });
  }

  private Future<Void> leave() {
    for (LivePeer peer : bus.peers()) {
      Remote remote = Remote.of(peer);
      if (remote != null) {
        dismantle(remote, Failures.of(Failures.CLOSED, "The bridge is closed"));
      }
    }
    for (Remote remote : absents.values()) {
      dismantle(remote, Failures.of(Failures.CLOSED, "The bridge is closed"));
    }
    absents.clear();
    stored.close();
    return bus.leave();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    context.runOnContext(
        v -> {
          try {
            task.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  /**
   * Lets peers reach an address.
   *
   * @param address the address
   * @return done when it has been announced to the peers that are there
   */
  public Future<Void> export(String address) {
    return onContext(
        () -> {
          int number = exports.add(address);
          if (number != 0) {
            bus.peers().forEach(p -> p.send(ControlFrames.export(number, address, true)));
          }
          return bus.exported(exports.addresses());
        });
  }

  /**
   * Lets peers reach an address no longer.
   *
   * @param address the address
   * @return done when that has been announced
   */
  public Future<Void> withdraw(String address) {
    return onContext(
        () -> {
          int number = exports.remove(address);
          if (number != 0) {
            bus.peers().forEach(p -> p.send(ControlFrames.withdraw(number)));
          }
          return bus.exported(exports.addresses());
        });
  }

  /**
   * Stops to take messages of peers, or goes on.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    context.runOnContext(v -> bus.setPaused(paused));
  }

  /**
   * The exports of this node.
   *
   * @return a snapshot
   */
  public Future<Set<String>> exported() {
    return onContext(() -> context.succeededFuture(exports.addresses()));
  }

  /**
   * The peers that are connected.
   *
   * @return a snapshot
   */
  public Future<List<PeerEvent>> peers() {
    return onContext(
        () -> {
          List<PeerEvent> up = new ArrayList<>();
          for (LivePeer peer : bus.peers()) {
            if (peer.canSend() && Remote.of(peer) != null) {
              up.add(PeerEvent.up(peer, Remote.of(peer)));
            }
          }
          return context.succeededFuture(up);
        });
  }

  /**
   * Tells of peers that come, change what they export, and go.
   *
   * @param handler called on the bridge's context
   */
  public void onPeerEvent(Consumer<PeerEvent> handler) {
    peerHandlers.add(handler);
  }

  /**
   * Tells no longer.
   *
   * @param handler as given to {@link #onPeerEvent}
   */
  public void removePeerHandler(Consumer<PeerEvent> handler) {
    peerHandlers.remove(handler);
  }

  private void tell(PeerEvent event) {
    outlets.forEach(Outlet::onExporters);
    peerHandlers.forEach(h -> h.accept(event));
  }

  // The exports of the start come one by one; they are told of together.
  private void tellChanged(Remote remote) {
    if (remote.synced) {
      tell(PeerEvent.changed(remote.live, remote));
    } else {
      outlets.forEach(Outlet::onExporters);
    }
  }

  /**
   * The counters.
   *
   * @return live
   */
  public Counters counters() {
    return counters;
  }

  /**
   * Writes to an address of peers with back-pressure.
   *
   * @param address an address that peers export
   * @param publish to all of them, else to one at a time in turn
   * @return the outlet
   */
  public Outlet outlet(String address, boolean publish) {
    Outlet outlet = new Outlet(this, vertx, context, address, publish);
    context.runOnContext(
        v -> {
          outlets.add(outlet);
          outlet.onExporters();
        });
    return outlet;
  }

  void remove(Outlet outlet) {
    outlets.remove(outlet);
  }

  /** The peers that export an address, in no particular order. */
  List<Remote> exporters(String address) {
    List<Remote> found = new ArrayList<>();
    for (LivePeer peer : bus.peers()) {
      if (peer.canSend() && Remote.of(peer) != null && Remote.of(peer).number(address) != 0) {
        found.add(Remote.of(peer));
      }
    }
    return found;
  }

  /** The nodes that are down, keep a store and export an address. */
  List<Remote> absentExporters(String address) {
    List<Remote> found = new ArrayList<>();
    for (Remote remote : absents.values()) {
      if (remote.number(address) != 0) {
        found.add(remote);
      }
    }
    return found;
  }

  /**
   * Writes one message of an outlet: null when it was accepted.
   *
   * @param safe told when a message that is stored is safe, see {@link
   *     org.vertxipc.store.Outbox#offer}
   */
  ReplyException write(
      Remote remote,
      String address,
      boolean publish,
      MultiMap headers,
      Object body,
      FrameSender.Completion safe) {
    int kind = publish ? FrameKind.PUBLISH : FrameKind.SEND;
    try {
      to(remote, kind, remote.number(address), 0, address).body(headers, body);
      encoder.priority(priority(remote, headers, address));
    } catch (RuntimeException e) {
      counters.undecodable.increment();
      return Failures.of(Failures.CODEC, message(e));
    }
    return remote.isDurable() ? offerStored(remote, address, safe) : offer(remote, address);
  }

  private MessageEncoder to(Remote remote, int kind, int number, long correlation, String address) {
    boolean durable = kind != FrameKind.REQUEST && remote.isDurable();
    encoder.to(kind, durable ? 0 : number, correlation);
    return durable ? encoder.stored(address, 0) : encoder;
  }

  // From here on: from this node to its peers.

  private void addProxy(Remote remote, int number, String address) {
    MessageConsumer<Object> proxy =
        eventBus.consumer(address, m -> forward(remote, number, address, m));
    remote.proxies.put(number, proxy);
    proxied.computeIfAbsent(address, a -> new ArrayList<>()).add(remote);
  }

  private void removeProxy(Remote remote, int number, String address) {
    MessageConsumer<Object> proxy = remote.proxies.remove(number);
    if (proxy != null) {
      proxy.unregister();
      List<Remote> remotes = proxied.get(address);
      remotes.remove(remote);
      if (remotes.isEmpty()) {
        proxied.remove(address);
      }
    }
  }

  private void forward(Remote remote, int number, String address, Message<Object> message) {
    if (injecting) {
      hitProxy = true;
      captured = message;
      return;
    }
    boolean request = message.replyAddress() != null;
    if (remote.isAbsent() && message.isSend()) {
      // Whoever is there goes before those that are not.
      List<Remote> live = exporters(address);
      if (!live.isEmpty()) {
        Remote other = live.get(0);
        forward(other, other.number(address), address, message);
        return;
      } else if (request) {
        message.reply(gone(remote.peer, "is down: it keeps messages, and no requests"));
        return;
      }
    }
    int kind =
        message.isSend() ? (request ? FrameKind.REQUEST : FrameKind.SEND) : FrameKind.PUBLISH;
    long correlation = request ? remote.pending.add(message) : 0;
    ReplyException failure;
    try {
      encode(to(remote, kind, number, correlation, address), message);
      encoder.priority(priority(remote, userCodecs.headersOf(message), address));
      failure =
          !request && remote.isDurable()
              ? offerStored(remote, address, null)
              : offer(remote, address);
    } catch (RuntimeException e) {
      failure = encodingFailed(address, e);
    }
    if (failure != null && request) {
      remote.pending.remove(correlation);
      message.reply(failure);
    }
  }

  private void encode(MessageEncoder encoder, Message<?> message) {
    MultiMap headers = userCodecs.headersOf(message);
    MessageCodec<?, ?> codec = userCodecs.codecOf(message);
    if (codec == null) {
      encoder.body(headers, message.body());
    } else {
      encodeWith(encoder, headers, userCodecs.sentBody(message), codec);
    }
  }

  @SuppressWarnings("unchecked") // The body was sent with this very codec.
  private static <S> void encodeWith(
      MessageEncoder encoder, MultiMap headers, Object body, MessageCodec<S, ?> codec) {
    encoder.body(headers, (S) body, codec);
  }

  private int priority(Remote remote, MultiMap headers, String address) {
    if ((remote.live == null || !remote.live.ordersByPriority())) {
      return 0;
    }
    int asked = priority(headers);
    return asked >= 0 ? asked : config.priorities().getOrDefault(address, 0);
  }

  /**
   * What the header {@link #PRIORITY} says.
   *
   * @param headers may be null
   * @return 0 to {@link RecordSink#MAX_PRIORITY}, or -1 when there is none
   * @throws IllegalArgumentException when it says something else
   */
  public static int priority(MultiMap headers) {
    String text = headers == null ? null : headers.get(PRIORITY);
    if (text == null) {
      return -1;
    }
    try {
      int priority = Integer.parseInt(text);
      if (priority >= 0 && priority <= RecordSink.MAX_PRIORITY) {
        return priority;
      }
    } catch (NumberFormatException e) {
      // The same as a number out of range.
    }
    throw new IllegalArgumentException(
        "header " + PRIORITY + " is '" + text + "', expected 0 to " + RecordSink.MAX_PRIORITY);
  }

  private ReplyException encodingFailed(String address, RuntimeException e) {
    counters.undecodable.increment();
    String text = "A message to '" + address + "' can't be encoded: " + message(e);
    complainOnce("encode:" + address, text, e);
    return Failures.of(Failures.CODEC, text);
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private void complainOnce(String key, String text, Throwable cause) {
    // A peer may name as many codecs as it likes.
    if (codecsComplainedOf.size() < MAX_COMPLAINTS && codecsComplainedOf.add(key)) {
      log.warn(text + " (said once)", cause);
    }
  }

  /** Sends what the encoder holds: null when it was accepted. */
  private ReplyException offer(Remote remote, String what) {
    ReplyException tooLarge = tooLarge(what, config.bus().maxMessageBytes(), "maxMessageBytes");
    return tooLarge != null ? tooLarge : offered(remote, remote.live.offer(encoder));
  }

  private ReplyException offerStored(Remote remote, String what, FrameSender.Completion safe) {
    int max = config.bus().maxMessageBytes();
    int stored = remote.peer.outbox().maxMessage();
    ReplyException tooLarge =
        stored < max
            ? tooLarge(what, stored, "half of mapped.fileBytes of its node")
            : tooLarge(what, max, "maxMessageBytes");
    return tooLarge != null ? tooLarge : offered(remote, remote.peer.outbox().offer(encoder, safe));
  }

  private ReplyException tooLarge(String what, int max, String option) {
    if (encoder.length() <= max) {
      return null;
    }
    return Failures.of(
        Failures.TOO_LARGE,
        "A message to '"
            + what
            + "' takes "
            + encoder.length()
            + " bytes, at most "
            + max
            + " are configured ("
            + option
            + ")");
  }

  private ReplyException offered(Remote remote, boolean accepted) {
    if (accepted) {
      counters.sent.increment();
      remote.overflowing &= remote.isFull();
      return null;
    }
    if (remote.isAbsent()) {
      counters.overflowed.increment();
      return Failures.of(
          Failures.QUEUE_FULL,
          "The store of node '" + remote.peer.name() + "', which is down, is full");
    }
    if (!remote.canSend()) {
      return gone(remote.peer, "is gone");
    }
    counters.overflowed.increment();
    String text =
        "Too much waits for "
            + remote.peer
            + ": "
            + remote.live.queuedBytes()
            + " bytes, at most "
            + config.bus().sendQueueBytes()
            + " are configured (sendQueueBytes)";
    if (!remote.overflowing) {
      remote.overflowing = true;
      log.warn(text + "; messages to it fail until it reads on");
    }
    return Failures.of(Failures.QUEUE_FULL, text);
  }

  private boolean isOfInterest(String address) {
    return imports.matches(address)
        || outlets.stream().anyMatch(outlet -> outlet.address().equals(address));
  }

  private static ReplyException gone(org.vertxipc.bus.Peer peer, String reason) {
    return Failures.of(Failures.NODE_GONE, "Node '" + peer.name() + "' " + reason);
  }

  // From here on: from peers to this node.

  private void deliver(Remote remote, MessageDecoder in) {
    String address = exports.address(in.target());
    if (address == null) {
      refuse(remote, in);
      return;
    }
    Object body;
    try {
      body = decode(in);
    } catch (RuntimeException e) {
      reply(remote, in.correlation(), undecodable(remote, address, in.codecName(), e));
      return;
    }
    counters.received.increment();
    try {
      if (in.kind() == FrameKind.PUBLISH) {
        publish(address, in, body);
      } else if (in.kind() == FrameKind.SEND) {
        send(address, in, body);
      } else {
        request(remote, address, in, body);
      }
    } catch (RuntimeException e) {
      // A user's codec or interceptor: this message's failure, and not the channel's.
      reply(remote, in.correlation(), undecodable(remote, address, in.codecName(), e));
    }
  }

  private void receiveStored(StoredMessage from, MessageDecoder in) {
    String address = in.storedAddress();
    try {
      Object body = decode(in);
      MultiMap headers = MultiMap.caseInsensitiveMultiMap();
      if (in.headers() != null) {
        headers.addAll(in.headers());
      }
      headers.set(StoredDelivery.SOURCE, from.writer());
      headers.set(StoredDelivery.SEQUENCE, Long.toString(from.sequence()));
      if (from.redelivered()) {
        headers.set(StoredDelivery.REDELIVERED, "true");
      }
      boolean publish = in.kind() == FrameKind.PUBLISH;
      boolean copies = publish && in.codecName() == null;
      boolean move = !clustered && body != null && !in.isBodyImmutable() && !copies;
      DeliveryOptions options = new DeliveryOptions().setHeaders(headers);
      options.setCodecName(move ? MovedCodec.NAME : clustered ? in.codecName() : null);
      counters.received.increment();
      stored.deliver(new StoredDelivery.Item(from, address, publish, body, options));
    } catch (RuntimeException e) {
      // It will not be any better next time.
      undecodable(from.writer(), address, in.codecName(), e);
      from.done().run();
    }
  }

  /** Hands a stored message to the event bus: false when nobody is there for it. */
  private boolean deliverStored(StoredDelivery.Item item) {
    String address = item.address();
    if (!exports.numbers().containsKey(address)) {
      complainOnce(
          "stored:" + address,
          "A message of node '"
              + item.from().writer()
              + "' waits for address '"
              + address
              + "', which this node does not export",
          null);
      return false;
    }
    List<Remote> proxies = proxied.get(address);
    List<Future<Void>> written = new ArrayList<>(1);
    Runnable attempt =
        () -> {
          written.clear();
          written.add(
              item.publish()
                  ? eventBus.publisher(address, item.options()).write(item.body())
                  : eventBus.sender(address, item.options()).write(item.body()));
        };
    if (item.publish()) {
      injecting = proxies != null;
      try {
        attempt.run();
      } finally {
        injecting = false;
        captured = null;
      }
    } else if (proxies == null) {
      attempt.run();
    } else if (!choose(proxies, attempt)) {
      return false;
    }
    if (clustered && !written.get(0).failed()) {
      item.from().done().run(); // Its consumer may be on another host, which does not tell.
    }
    return !written.get(0).failed();
  }

  private Object decode(MessageDecoder in) {
    if (in.codecName() == null) {
      return in.body();
    }
    MessageCodec<?, ?> codec = userCodecs.find(in.codecName());
    if (codec != null && in.kind() == FrameKind.PUBLISH && !clustered) {
      // Several consumers: each gets an object of its own.
      return new EncodedBody(codec, in.bodyBytes());
    }
    if (codec == null) {
      throw new IllegalArgumentException(
          "No message codec '"
              + in.codecName()
              + "' is registered on node '"
              + config.bus().node()
              + "'");
    }
    return codec.decodeFromWire(0, in.bodyBytes());
  }

  private ReplyException undecodable(
      Remote remote, String address, String codec, RuntimeException e) {
    return undecodable(remote.peer.name(), address, codec, e);
  }

  private ReplyException undecodable(
      String node, String address, String codec, RuntimeException e) {
    counters.undecodable.increment();
    String text =
        "A message of node '" + node + "' to '" + address + "' can't be decoded: " + message(e);
    complainOnce("decode:" + address + ":" + codec, text, e);
    return Failures.of(Failures.CODEC, text);
  }

  private void refuse(Remote remote, MessageDecoder in) {
    counters.refused.increment();
    reply(
        remote,
        in.correlation(),
        Failures.of(
            Failures.NOT_EXPORTED,
            "Node '" + config.bus().node() + "' does not export address number " + in.target()));
  }

  private DeliveryOptions options(MessageDecoder in, Object body) {
    boolean move = !clustered && body != null && !in.isBodyImmutable();
    if (in.headers() == null && (!clustered || in.codecName() == null)) {
      return move ? moved : plain;
    }
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(config.replyMillis());
    if (in.headers() != null) {
      options.setHeaders(in.headers());
    }
    return options.setCodecName(move ? MovedCodec.NAME : clustered ? in.codecName() : null);
  }

  private void send(String address, MessageDecoder in, Object body) {
    DeliveryOptions options = options(in, body);
    List<Remote> proxies = proxied.get(address);
    if (proxies == null) {
      eventBus.send(address, body, options);
    } else {
      choose(proxies, () -> eventBus.send(address, body, options));
    }
  }

  private void publish(String address, MessageDecoder in, Object body) {
    DeliveryOptions options = options(in, body);
    if (options.getCodecName() != null && in.codecName() == null) {
      // Several consumers: Vert.x's own codec copies a mutable body for each.
      options = in.headers() == null ? plain : options.setCodecName(null);
    }
    injecting = proxied.containsKey(address);
    try {
      eventBus.publish(address, body, options);
    } finally {
      injecting = false;
      captured = null;
    }
  }

  /**
   * Lets the event bus choose a consumer until it has not chosen a proxy of this bus: proxies take
   * part in its rotation like any other. False when there are only proxies.
   */
  private boolean choose(List<Remote> proxies, Runnable attempt) {
    // In rotation, one consumer that is no proxy is found after as many tries as there are proxies.
    // Other threads move the rotation on meanwhile, so that more may be needed, at random.
    int tries = 64 * (proxies.size() + 1);
    for (int i = 0; i < tries; i++) {
      hitProxy = false;
      injecting = true;
      try {
        attempt.run();
      } finally {
        injecting = false;
      }
      if (!hitProxy) {
        return true;
      }
      if (captured != null && captured.replyAddress() != null) {
        captured.reply(null); // Releases what the event bus keeps for a request.
      }
      captured = null;
    }
    return false;
  }

  private void request(Remote remote, String address, MessageDecoder in, Object body) {
    long correlation = in.correlation();
    int priority = in.priority();
    DeliveryOptions options = options(in, body);
    List<Remote> proxies = proxied.get(address);
    if (proxies == null) {
      eventBus
          .<Object>request(address, body, options)
          .onComplete(ar -> answer(remote, correlation, priority, ar));
      return;
    }
    List<Future<Message<Object>>> last = new ArrayList<>(1);
    boolean chosen =
        choose(
            proxies,
            () -> {
              last.clear();
              last.add(eventBus.request(address, body, options));
            });
    if (chosen) {
      last.get(0).onComplete(ar -> answer(remote, correlation, priority, ar));
    } else {
      reply(
          remote,
          correlation,
          new ReplyException(ReplyFailure.NO_HANDLERS, "No handlers for address " + address));
    }
  }

  /** Sends a consumer's reply, or its failure, to the peer that asked. */
  private void answer(
      Remote remote, long correlation, int priority, AsyncResult<Message<Object>> result) {
    if (!remote.canSend()) {
      return;
    }
    if (result.failed()) {
      Throwable e = result.cause();
      reply(
          remote,
          correlation,
          e instanceof ReplyException r
              ? r
              : new ReplyException(ReplyFailure.ERROR, -1, message(e)));
      return;
    }
    Message<Object> message = result.result();
    long next = message.replyAddress() != null ? remote.pending.add(message) : 0;
    ReplyException failure;
    try {
      encode(encoder.reply(correlation, next), message);
      // As urgent as what it answers, unless it says otherwise.
      int asked = priority(userCodecs.headersOf(message));
      encoder.priority(asked >= 0 ? asked : priority);
      failure = offer(remote, "a reply");
    } catch (RuntimeException e) {
      failure = encodingFailed("a reply", e);
    }
    if (failure != null) {
      remote.pending.remove(next);
      reply(remote, correlation, failure);
    }
  }

  /** Sends a failure: short, so that it goes whatever waits already. */
  private void reply(Remote remote, long correlation, ReplyException failure) {
    if (correlation != 0) {
      try {
        encoder.reply(correlation, 0).body(null, failure);
      } catch (RuntimeException e) {
        encoder.reply(correlation, 0).body(null, Failures.of(Failures.CODEC, message(e)));
      }
      remote.live.send(encoder);
    }
  }

  private void complete(Remote remote, MessageDecoder in) {
    Message<?> asked = remote.pending.remove(in.replyTo());
    if (asked == null) {
      return; // Timed out here, or never asked.
    }
    Object body;
    try {
      body = decode(in);
    } catch (RuntimeException e) {
      ReplyException failure = undecodable(remote, asked.address(), in.codecName(), e);
      asked.reply(failure);
      reply(remote, in.correlation(), failure);
      return;
    }
    counters.received.increment();
    if (body instanceof ReplyException) {
      asked.reply(body);
      return;
    }
    DeliveryOptions options = options(in, body);
    long correlation = in.correlation();
    int priority = in.priority();
    if (correlation == 0) {
      asked.reply(body, options);
    } else {
      asked
          .<Object>replyAndRequest(body, options)
          .onComplete(ar -> answer(remote, correlation, priority, ar));
    }
  }

  private void dismantle(Remote remote, ReplyException failure) {
    remote.exports.forEach((number, address) -> removeProxy(remote, number, address));
    remote.exports.clear();
    remote.pending.drain(message -> message.reply(failure));
  }

  private final class Listener implements BusListener {
    @Override
    public void onUp(LivePeer peer) {
      Remote remote = new Remote(peer);
      exports.numbers().forEach((a, number) -> peer.send(ControlFrames.export(number, a, true)));
      peer.send(ControlFrames.bare(FrameKind.SYNCED));
      tell(PeerEvent.up(peer, remote));
    }

    @Override
    public void onFrame(LivePeer peer, Frame in) {
      Remote remote = Remote.of(peer);
      int kind = in.kind();
      switch (kind) {
        case FrameKind.SEND, FrameKind.PUBLISH, FrameKind.REQUEST ->
            deliver(remote, decoder.wrap(in));
        case FrameKind.REPLY -> complete(remote, decoder.wrap(in));
        case FrameKind.EXPORT -> {
          int number = ControlFrames.readNumber(in);
          onExport(remote, number, ControlFrames.readAddress(in));
        }
        case FrameKind.WITHDRAW -> onWithdraw(remote, ControlFrames.readNumber(in));
        case FrameKind.SYNCED -> {
          remote.synced = true;
          tellChanged(remote);
        }
        default -> throw new ProtocolException("frame of kind " + kind);
      }
    }

    @Override
    public boolean wants(List<String> addresses) {
      return addresses.stream().anyMatch(Bridge.this::isOfInterest);
    }

    @Override
    public void onAbsent(AbsentPeer peer, List<String> addresses) {
      Remote remote = new Remote(peer);
      absents.put(peer.name(), remote);
      int number = 1;
      for (String address : addresses) {
        remote.addExport(number, address);
        if (stopped == null && imports.matches(address)) {
          addProxy(remote, number, address);
        }
        number++;
      }
      outlets.forEach(Outlet::onExporters);
    }

    @Override
    public void onReturned(AbsentPeer peer) {
      Remote remote = absents.remove(peer.name());
      if (remote != null) {
        dismantle(remote, gone(peer, "is back"));
        outlets.forEach(Outlet::onExporters);
      }
    }

    @Override
    public void onStored(StoredMessage from, Frame in) {
      receiveStored(from, decoder.wrap(in));
    }

    private void onExport(Remote remote, int number, String address) {
      if (remote.exports.size() >= MAX_EXPORTS_OF_A_PEER) {
        throw new ProtocolException("more than " + MAX_EXPORTS_OF_A_PEER + " exports");
      }
      if (remote.exports.containsKey(number) || remote.number(address) != 0) {
        throw new ProtocolException(
            "export number " + number + ", '" + address + "', is announced twice");
      }
      remote.addExport(number, address);
      if (stopped == null && imports.matches(address)) {
        // In the same breath as its stand-in goes, so that nothing is sent to both or to none.
        Remote absent = absents.get(remote.peer.name());
        int stoodIn = absent == null ? 0 : absent.number(address);
        if (stoodIn != 0) {
          absent.removeExport(stoodIn);
          removeProxy(absent, stoodIn, address);
        }
        addProxy(remote, number, address);
      }
      tellChanged(remote);
    }

    private void onWithdraw(Remote remote, int number) {
      String address = remote.removeExport(number);
      if (address != null) {
        removeProxy(remote, number, address);
        tellChanged(remote);
      }
    }

    @Override
    public void onDrained(org.vertxipc.bus.Peer peer) {
      if (peer instanceof LivePeer live) {
        Remote.of(live).overflowing = false;
      }
      outlets.forEach(Outlet::onChange);
    }

    @Override
    public void onMuted(LivePeer peer) {}

    @Override
    public void onDown(LivePeer peer, Departure why, AbsentPeer standIn) {
      Remote remote = Remote.of(peer);
      String reason = why.toString();
      if (!why.isOrderly()) {
        counters.lostPeers.increment();
      }
      List<String> addresses = List.copyOf(remote.exports.values());
      dismantle(remote, gone(peer, reason));
      if (standIn != null && !absents.containsKey(standIn.name()) && wants(addresses)) {
        onAbsent(standIn, addresses);
      }
      tell(PeerEvent.down(peer, reason));
    }
  }
}
