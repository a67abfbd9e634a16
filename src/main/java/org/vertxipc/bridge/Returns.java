package org.vertxipc.bridge;

import java.util.concurrent.TimeUnit;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageDecoder;

/**
 * Handles sends and requests of peers that find no consumer here, and those that come back because
 * they found none elsewhere. One thread only: the bridge's.
 */
final class Returns {
  private final Parts parts;
  private final LocalBus local;

  Returns(Parts parts) {
    this.parts = parts;
    this.local = parts.hub().local();
  }

  /** Passes it on over another bus of this Vert.x, or gives it back. */
  void passOnOrGiveBack(
      PeerSession.Live from, Exports.Export export, long correlation, Parcel parcel) {
    if (parts.hub().isGateway()) {
      long sender = from.peer().vertx();
      long[] way = parcel.path().way();
      long[] via = Way.indexOf(way, sender) < 0 ? Way.through(way, sender) : way;
      via = Way.through(via, local.incarnation());
      String bus = parts.config().identity();
      Route route =
          parts
              .forwarding()
              .onward(parcel.address(), parcel.kind(), via, r -> !r.bus().equals(bus));
      if (route != null) {
        Requester relay =
            correlation == 0 ? null : new Relay(from, correlation, parts.answers(), deadline());
        route.out(parcel.on(via).by(relay));
        return;
      }
    }
    parts.answers().giveBack(from, export.number(), correlation, parcel);
  }

  /**
   * Tries the next node for a message that has come back, whether this Vert.x sent it or passed it
   * on.
   */
  void onBounced(PeerSession.Live from, MessageDecoder in) {
    String address = from.address(in.target());
    Requester requester =
        in.kind() == FrameKind.REQUEST ? from.pending().remove(in.correlation()) : null;
    if (address == null || (in.kind() == FrameKind.REQUEST && requester == null)) {
      return; // Its time is over, or it was never sent.
    }
    long[] tried = Way.tried(in.way(), from.peer().vertx());
    Parcel.Path path = new Parcel.Path(0, tried, in.priority());
    Parcel parcel =
        new Parcel(in.kind(), address, in.headers(), in.encodedBody(), 0, requester, path, null);
    parts.forwarding().next(parcel, null);
  }

  private long deadline() {
    return System.nanoTime()
        + TimeUnit.MILLISECONDS.toNanos(parts.config().options().getReplyTimeoutMillis());
  }
}
