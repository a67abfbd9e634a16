package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.MessageEncoder;

/**
 * Messages from this node to its peers. Whoever is on the bridge's loop writes at once; others hand
 * over what is to be written. Nothing of a user runs here: bodies that a user's code encodes come
 * encoded.
 */
final class Outbound {
  // A failure is short, so that it can be sent whatever waits already.
  private static final int MAX_TEXT = 1_000;

  private final BridgeConfig config;
  private final LocalBus local;
  private final HandOver handOver;
  private final Forwarding forwarding;
  private final Undelivered undelivered;
  private final Counters counters;
  private final Exports exports;
  private final ClusterMark mark;
  private final MessageEncoder encoder;

  Outbound(
      BridgeConfig config,
      LocalBus local,
      ClusterMark mark,
      Exports exports,
      HandOver handOver,
      Forwarding forwarding,
      Undelivered undelivered,
      Counters counters) {
    this.config = config;
    this.local = local;
    this.mark = mark;
    this.exports = exports;
    this.handOver = handOver;
    this.forwarding = forwarding;
    this.undelivered = undelivered;
    this.counters = counters;
    this.encoder = new MessageEncoder(config.serializable());
  }

  /** A way to an address of a node that is up, or was, or will be. */
  Line line(String address, PeerSession session, int number, boolean available) {
    return new Line(address, session, number, available);
  }

  /** A route, with what is needed to write to it. The rest is touched on the bridge's loop only. */
  final class Line extends Route {
    private volatile PeerSession session;
    private int number;
    private String how = "is gone";

    private Line(String address, PeerSession session, int number, boolean available) {
      super(address, config.bus().bus(), available);
      this.session = session;
      this.number = number;
      state(session instanceof PeerSession.Live ? State.LIVE : State.STORED);
    }

    /** From now on its node is up, and exports the address under a number. */
    void becomesLive(PeerSession.Live live, int number, boolean available) {
      this.session = live;
      this.number = number;
      available(available);
      state(State.LIVE);
    }

    /** From now on its node is down, and what is sent to it waits. */
    void becomesStored(PeerSession.Absent absent) {
      this.session = absent;
      available(false);
      state(State.STORED);
    }

    PeerSession session() {
      return session;
    }

    @Override
    boolean isDurable() {
      return session.peer().outbox() != null;
    }

    @Override
    long vertx() {
      return session instanceof PeerSession.Live live ? live.peer().vertx() : 0;
    }

    @Override
    String node() {
      return session.peer().name();
    }

    @Override
    Undelivered undelivered() {
      return undelivered;
    }

    @Override
    void out(int kind, MultiMap headers, Object body, long mark, Requester requester) {
      if (!handOver.isMine()) {
        out(new Parcel(kind, address(), headers, body, mark, requester, Parcel.Path.START, null));
        return;
      }
      if (!isOpen(kind)) {
        again(new Parcel(kind, address(), headers, body, mark, requester, Parcel.Path.START, null));
        return;
      }
      ReplyException failure =
          Outbound.this.write(this, kind, headers, body, mark, requester, Parcel.Path.START, null);
      if (failure != null && requester != null) {
        requester.fail(failure);
      }
    }

    @Override
    void out(Parcel parcel) {
      handOver.add(() -> writeOrTryNext(parcel));
    }

    private void writeOrTryNext(Parcel p) {
      if (!isOpen(p.kind())) {
        again(p);
        return;
      }
      ReplyException failure = write(p);
      if (failure != null) {
        p.fail(failure);
      }
    }

    /** Whether whoever writes to it should wait. */
    boolean isFull() {
      PeerSession to = session;
      return to.peer().outbox() != null
          ? to.peer().outbox().isFull()
          : to instanceof PeerSession.Live live && live.peer().isFull();
    }

    private boolean isOpen(int kind) {
      boolean stored = kind != FrameKind.REQUEST && isDurable();
      return takes(kind)
          && (stored || (session instanceof PeerSession.Live live && live.peer().canSend()));
    }

    /** Writes at once: null when it was accepted. */
    ReplyException write(Parcel p) {
      return Outbound.this.write(
          this, p.kind(), p.headers(), p.body(), p.number(), p.requester(), p.path(), p.safe());
    }

    /** Says why its node is gone. */
    void gone(String how) {
      this.how = how;
    }

    /** The node has gone before this was written. */
    private void again(Parcel p) {
      String node = node();
      if (p.kind() == FrameKind.PUBLISH) {
        p.fail(undelivered.gone(address(), node, how));
      } else {
        forwarding.next(
            p.on(Way.tried(p.path().way(), vertx())), () -> undelivered.gone(address(), node, how));
      }
    }
  }

  private ReplyException write(
      Line line,
      int kind,
      MultiMap headers,
      Object body,
      long mark,
      Requester requester,
      Parcel.Path path,
      FrameSender.Completion safe) {
    Outbox outbox = kind == FrameKind.REQUEST ? null : line.session.peer().outbox();
    PeerSession.Live live = line.session instanceof PeerSession.Live l ? l : null;
    long correlation = requester == null ? 0 : live.pending().add(requester);
    long origin = path.origin() == 0 ? local.incarnation() : path.origin();
    ReplyException failure;
    try {
      encoder.to(
          kind, outbox == null ? line.number : 0, kind == FrameKind.PUBLISH ? mark : correlation);
      if (outbox != null) {
        encoder.stored(line.address(), origin);
      } else if (kind == FrameKind.PUBLISH && origin != local.incarnation()) {
        encoder.relayed(new long[] {origin});
      } else if (kind != FrameKind.PUBLISH && path.way().length > 0) {
        encoder.relayed(path.way());
      }
      encoder.body(headers, body);
      encoder.priority(priority(live, path, headers, line.address()));
      failure =
          outbox != null ? offerStored(line, outbox, safe) : offer(live, line.address(), safe);
    } catch (RuntimeException e) {
      failure = undelivered.encoding(line.address(), e);
    }
    if (failure != null && correlation != 0) {
      live.pending().remove(correlation);
    }
    return failure;
  }

  private int priority(PeerSession.Live live, Parcel.Path path, MultiMap headers, String address) {
    if (live == null || !live.peer().ordersByPriority()) {
      return 0;
    }
    if (path.priority() >= 0) {
      return path.priority();
    }
    int asked = Priority.of(headers);
    return asked >= 0 ? asked : config.priorities().getOrDefault(address, 0);
  }

  /** Sends what the encoder holds: null when it was accepted. */
  private ReplyException offer(PeerSession.Live live, String address, FrameSender.Completion safe) {
    ReplyException failure = tooLarge(live, address);
    if (failure != null) {
      return failure;
    }
    LivePeer peer = live.peer();
    if (peer.offer(encoder)) {
      counters.sent.increment();
      if (live.isOverflowing() && !peer.isFull()) {
        live.overflowing(false);
      }
      if (safe != null) {
        safe.done(true);
      }
      return null;
    }
    if (!peer.canSend()) {
      return undelivered.gone(address, peer.name(), "is gone");
    }
    live.overflowing(true);
    return undelivered.full(
        address,
        peer.name(),
        "Too much waits for "
            + peer
            + ": "
            + peer.queuedBytes()
            + " bytes, at most "
            + config.bus().sendQueueBytes()
            + " are configured (sendQueueBytes)");
  }

  private ReplyException tooLarge(PeerSession.Live live, String address) {
    int own = config.bus().maxMessageBytes();
    int theirs = live.peer().maxMessageBytes();
    if (encoder.length() <= Math.min(own, theirs)) {
      return null;
    }
    return own <= theirs
        ? undelivered.tooLarge(
            address, live.peer().name(), encoder.length(), own, "maxMessageBytes")
        : undelivered.tooLarge(
            address,
            live.peer().name(),
            encoder.length(),
            theirs,
            "maxMessageBytes of node '" + live.peer().name() + "'");
  }

  private ReplyException offerStored(Line line, Outbox outbox, FrameSender.Completion safe) {
    String node = line.node();
    int own = config.bus().maxMessageBytes();
    int most = outbox.maxMessage();
    if (encoder.length() > Math.min(own, most)) {
      return most < own
          ? undelivered.tooLarge(
              line.address(), node, encoder.length(), most, "half of mapped.fileBytes of its node")
          : undelivered.tooLarge(line.address(), node, encoder.length(), own, "maxMessageBytes");
    }
    if (outbox.offer(encoder, safe)) {
      counters.sent.increment();
      return null;
    }
    boolean down = line.state() == Route.State.STORED;
    return undelivered.full(
        line.address(),
        node,
        "The store of node '" + node + "'" + (down ? ", which is down," : "") + " is full");
  }

  /** Does something on the bridge's loop, in turn with what is written there. */
  void later(Runnable task) {
    handOver.add(task);
  }

  // Replies from here on.

  /** Sends the reply of a consumer. Called on its thread. */
  void answer(PeerSession.Live to, long correlation, int priority, Message<?> answer) {
    boolean mine = handOver.isMine();
    Requester next = mark == null ? local.requester(answer) : mark.requester(answer);
    try {
      Object body = local.body(answer, mine, config.serializable());
      MultiMap headers = local.headers(answer);
      if (mine) {
        reply(to, correlation, priority, headers, body, next);
      } else {
        handOver.add(() -> reply(to, correlation, priority, headers, body, next));
      }
    } catch (RuntimeException e) {
      ReplyException failure = undelivered.encoding("a reply", e);
      handOver.add(() -> fail(to, correlation, failure));
      if (next != null) {
        next.fail(failure);
      }
    }
  }

  /** Sends what a request to a clustered event bus has come to. */
  void outcome(
      PeerSession.Live to, long correlation, int priority, AsyncResult<Message<Object>> result) {
    if (result.succeeded()) {
      answer(to, correlation, priority, result.result());
    } else {
      ReplyException failure =
          result.cause() instanceof ReplyException e
              ? e
              : new ReplyException(ReplyFailure.ERROR, -1, String.valueOf(result.cause()));
      handOver.add(() -> fail(to, correlation, failure));
    }
  }

  /** Sends a reply, on the bridge's loop. */
  void reply(
      PeerSession.Live to,
      long correlation,
      int priority,
      MultiMap headers,
      Object body,
      Requester next) {
    if (!to.peer().canSend()) {
      if (next != null) {
        next.fail(undelivered.gone("a reply", to.peer().name(), "is gone"));
      }
      return;
    }
    long mark = next == null ? 0 : to.pending().add(next);
    ReplyException failure;
    try {
      encoder.reply(correlation, mark).body(headers, body);
      // As urgent as what it answers, unless it says otherwise.
      int asked = Priority.of(headers);
      encoder.priority(asked >= 0 ? asked : priority);
      failure = offer(to, "a reply", null);
    } catch (RuntimeException e) {
      failure = undelivered.encoding("a reply", e);
    }
    if (failure != null) {
      to.pending().remove(mark);
      fail(to, correlation, failure);
      if (next != null) {
        next.fail(failure);
      }
    }
  }

  /** Tells a peer that there will be no reply: short, so that it goes whatever waits already. */
  void fail(PeerSession.Live to, long correlation, ReplyException failure) {
    if (correlation == 0) {
      return;
    }
    String text = failure.getMessage();
    boolean cut = text != null && text.length() > MAX_TEXT;
    ReplyException sent =
        cut
            ? new ReplyException(
                failure.failureType(), failure.failureCode(), text.substring(0, MAX_TEXT) + "...")
            : failure;
    to.peer().send(encoder.reply(correlation, 0).body(null, sent));
  }

  /**
   * Gives a send or request back as it came, for want of a consumer.
   *
   * @param number under which this node exports its address
   * @param correlation of a request, else 0
   */
  void giveBack(PeerSession.Live to, int number, long correlation, Parcel p) {
    ReplyException failure;
    try {
      encoder.to(p.kind(), number, correlation).bounce().relayed(p.path().way());
      encoder.body(p.headers(), p.body()).priority(Math.max(0, p.path().priority()));
      boolean fits = encoder.length() <= to.peer().maxMessageBytes();
      if (fits && to.peer().offer(encoder)) {
        return;
      }
      failure = undelivered.nobody(p.address());
    } catch (RuntimeException e) {
      failure = undelivered.encoding(p.address(), e);
    }
    fail(to, correlation, failure);
  }

  /** Gives a request back that was passed on, or fails it when its address is exported no more. */
  void giveBack(PeerSession.Live to, Parcel p, long correlation) {
    Exports.Export export = exports.get(p.address());
    if (export != null) {
      giveBack(to, export.number(), correlation, p);
    } else {
      fail(to, correlation, undelivered.nobody(p.address()));
    }
  }
}
