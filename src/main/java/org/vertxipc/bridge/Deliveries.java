package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.BooleanSupplier;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.ReplyTarget;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageDecoder;

/**
 * Gives sends and requests of peers to one consumer each. One thread only, except for what
 * consumers call.
 */
final class Deliveries {
  private final Parts parts;
  private final LocalBus local;
  private final Availability availability;
  private final Returns returns;

  Deliveries(Parts parts, Availability availability, Returns returns) {
    this.parts = parts;
    this.local = parts.hub().local();
    this.availability = availability;
    this.returns = returns;
  }

  void onSend(PeerSession.Live from, Exports.Export export, MessageDecoder in) {
    if (export.isWithdrawn() || !availability.check(export)) {
      returns.passOnOrGiveBack(from, export, in.correlation(), parcel(export, in));
      return;
    }
    MultiMap headers = in.headers();
    long[] way = in.way();
    int priority = in.priority();
    long correlation = in.correlation();
    boolean request = in.kind() == FrameKind.REQUEST;
    EncodedBody encoded = in.codecName() == null ? null : in.encodedBody();
    Object body;
    try {
      body = encoded == null ? in.body() : parts.forwarding().decode(encoded);
    } catch (RuntimeException e) {
      fail(from, correlation, export.address(), e);
      return;
    }
    parts.counters().received.increment();
    boolean plain = !request && parts.cluster() == null;
    if (plain
        && export.consumers().give(local.incoming(export.address(), headers, body, true, null))) {
      return;
    }
    Ticket ticket =
        new Ticket(from, export, correlation, priority, headers, body, encoded, way, request);
    if (parts.cluster() != null) {
      parts
          .cluster()
          .send(export.address(), headers, body, in.codecName(), way, request, ticket::answered);
    } else if (plain || !ticket.give()) {
      ticket.goOn();
    }
  }

  private void fail(PeerSession.Live from, long correlation, String address, RuntimeException e) {
    parts
        .answers()
        .fail(from, correlation, parts.undelivered().decoding(address, from.peer().name(), e));
  }

  private Parcel parcel(Exports.Export export, MessageDecoder in) {
    return parcel(export, in.kind(), in.headers(), in.encodedBody(), in.way(), in.priority());
  }

  private static Parcel parcel(
      Exports.Export export, int kind, MultiMap headers, Object body, long[] way, int priority) {
    Parcel.Path path = new Parcel.Path(0, way, priority);
    return new Parcel(kind, export.address(), headers, body, 0, null, path, null);
  }

  /**
   * A request at its consumer: it knows where the reply goes, and what to do if the consumer goes.
   */
  private final class Ticket implements ReplyTarget {
    private final PeerSession.Live from;
    private final Exports.Export export;
    private final long correlation;
    private final int priority;
    private final MultiMap headers;
    private final Object body;
    private final EncodedBody encoded;
    private final long[] way;
    private final boolean request;

    Ticket(
        PeerSession.Live from,
        Exports.Export export,
        long correlation,
        int priority,
        MultiMap headers,
        Object body,
        EncodedBody encoded,
        long[] way,
        boolean request) {
      this.from = from;
      this.export = export;
      this.correlation = correlation;
      this.priority = priority;
      this.headers = headers;
      this.body = body;
      this.encoded = encoded;
      this.way = way;
      this.request = request;
    }

    @Override
    public void reply(Message<?> answer) {
      parts.answers().answer(from, correlation, priority, answer);
    }

    @Override
    public boolean giveBack(BooleanSupplier gone, ReplyException failure) {
      // This does not happen within this call, because the consumer may be just about to be
      // unregistered.
      parts.handOver().add(() -> again(gone, failure));
      return true;
    }

    /** Gives it to a consumer; returns false when there is none. */
    boolean give() {
      ReplyTarget target = request ? this : null;
      return export.consumers().give(local.incoming(export.address(), headers, body, true, target));
    }

    private void again(BooleanSupplier gone, ReplyException failure) {
      if (!gone.getAsBoolean()) {
        parts.answers().fail(from, correlation, failure);
      } else if (parts.cluster() != null || export.isWithdrawn() || !give()) {
        goOn();
      }
    }

    /** Continues when there is no consumer here. */
    void goOn() {
      int kind = request ? FrameKind.REQUEST : FrameKind.SEND;
      Object back = encoded == null ? body : encoded;
      returns.passOnOrGiveBack(
          from, export, correlation, parcel(export, kind, headers, back, way, priority));
    }

    /** Handles the outcome from the cluster. */
    void answered(AsyncResult<Message<Object>> result) {
      if (result.cause() instanceof ReplyException e
          && e.failureType() == ReplyFailure.NO_HANDLERS) {
        parts.handOver().add(this::goOn);
      } else if (request) {
        parts.answers().outcome(from, correlation, priority, result);
      }
    }
  }
}
