package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * Sends messages from this node to its peers. Code on the bridge's loop writes at once; other
 * threads hand over what is to be written. No user code runs here: bodies of users' codecs arrive
 * encoded.
 */
final class Outbound {
  private final String bus;
  private final LocalBus local;
  private final HandOver handOver;
  private final Forwarding forwarding;
  private final Undelivered undelivered;
  private final PeerWriter writer;

  Outbound(
      String bus,
      LocalBus local,
      HandOver handOver,
      Forwarding forwarding,
      Undelivered undelivered,
      PeerWriter writer) {
    this.bus = bus;
    this.local = local;
    this.handOver = handOver;
    this.forwarding = forwarding;
    this.undelivered = undelivered;
    this.writer = writer;
  }

  /** Creates the route to an address of a node, in whatever state the node is. */
  Line line(String address, PeerSession session, int number, boolean available) {
    return new Line(address, session, number, available);
  }

  /**
   * A route with what is needed to write to it. Its other fields are touched on the bridge's loop
   * only.
   */
  final class Line extends Route {
    private volatile PeerSession session;
    private int number;
    private String how = "is gone";

    private Line(String address, PeerSession session, int number, boolean available) {
      super(address, bus, available);
      this.session = session;
      this.number = number;
      state(session instanceof PeerSession.Live ? State.LIVE : State.STORED);
    }

    /** Its node is up from now on, and exports the address under a number. */
    void becomesLive(PeerSession.Live live, int number, boolean available) {
      this.session = live;
      this.number = number;
      available(available);
      state(State.LIVE);
    }

    /** Its node is down from now on, and messages to it wait. */
    void becomesStored(PeerSession.Absent absent) {
      this.session = absent;
      state(State.STORED);
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
      if (isNow(kind)) {
        outNow(kind, headers, body, mark, requester);
        return;
      }
      Parcel parcel =
          new Parcel(kind, address(), headers, body, mark, requester, Parcel.Path.START, null);
      if (handOver.isHere()) {
        again(parcel);
      } else {
        out(parcel);
      }
    }

    @Override
    boolean isNow(int kind) {
      return handOver.isMine() && isOpen(kind);
    }

    @Override
    void outNow(int kind, MultiMap headers, Object body, long mark, Requester requester) {
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

    /** Returns whether a writer should wait. */
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

    /** Writes at once; returns null when the message was accepted. */
    ReplyException write(Parcel p) {
      return Outbound.this.write(
          this, p.kind(), p.headers(), p.body(), p.number(), p.requester(), p.path(), p.safe());
    }

    /** Records why its node is gone. */
    void gone(String how) {
      this.how = how;
    }

    /** Tries again after the node has gone before this was written. */
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
      writer
          .encoder()
          .to(
              kind,
              outbox == null ? line.number : 0,
              kind == FrameKind.PUBLISH ? mark : correlation);
      writer
          .encoder()
          .takesBinaryJson(outbox == null && live != null && live.peer().takesBinaryJson());
      if (outbox != null) {
        writer.encoder().stored(line.address(), origin);
      } else if (kind == FrameKind.PUBLISH && origin != local.incarnation()) {
        writer.encoder().relayed(new long[] {origin});
      } else if (kind != FrameKind.PUBLISH && path.way().length > 0) {
        writer.encoder().relayed(path.way());
      }
      writer.encoder().body(headers, body);
      writer.encoder().priority(writer.priority(live, path, headers, line.address()));
      failure =
          outbox != null
              ? writer.offerStored(line.session.peer(), line.address(), safe)
              : writer.offer(live, line.address(), safe);
    } catch (RuntimeException e) {
      failure = undelivered.encoding(line.address(), e);
    }
    if (failure != null && correlation != 0) {
      live.pending().remove(correlation);
    }
    return failure;
  }
}
