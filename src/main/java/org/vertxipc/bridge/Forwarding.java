package org.vertxipc.bridge;

import io.vertx.core.eventbus.MessageCodec;
import java.util.function.Predicate;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.wire.EncodedBody;

/**
 * The next try of a send or request that did not find a consumer, or whose node went before it was
 * written: another node, a consumer here, or the end. May be used on any thread.
 */
final class Forwarding {
  private final Hub hub;
  private final LocalBus local;
  private final Undelivered undelivered;

  Forwarding(Hub hub, Undelivered undelivered) {
    this.hub = hub;
    this.local = hub.local();
    this.undelivered = undelivered;
  }

  /** Tries the next for a message that was sent in this Vert.x. */
  void next(Parcel parcel) {
    RemoteAddress address = hub.address(parcel.address());
    long[] tried = parcel.path().way();
    Route route = address == null ? null : address.available(parcel.kind(), tried, r -> true);
    if (route == null && stays(parcel)) {
      return;
    }
    if (route == null && address != null && !Way.isTooLong(tried)) {
      route = address.lastResort(parcel.kind(), tried, r -> true);
    }
    if (route == null) {
      parcel.fail(undelivered.nobody(parcel.address()));
    } else {
      route.out(parcel);
    }
  }

  /** A way on for a message that this Vert.x passes on; null when there is none. */
  Route onward(String address, int kind, long[] way, Predicate<Route> which) {
    RemoteAddress remote = hub.address(address);
    if (remote == null || Way.isTooLong(way)) {
      return null;
    }
    Route route = remote.available(kind, way, which);
    return route != null ? route : remote.lastResort(kind, way, which);
  }

  /** Gives it to a consumer of this Vert.x: false when there is none. */
  private boolean stays(Parcel parcel) {
    Consumers here = local.consumers(parcel.address());
    if (!here.isAnyOwn()) {
      return false;
    }
    try {
      Object body = decode(parcel.body());
      return here.giveOwn(local.own(parcel.address(), parcel.headers(), body, parcel.requester()));
    } catch (RuntimeException e) {
      parcel.fail(undelivered.encoding(parcel.address(), e));
      return true;
    }
  }

  private Object decode(Object body) {
    return body instanceof EncodedBody encoded ? decode(encoded) : body;
  }

  /** The object that an encoded body stands for. */
  Object decode(EncodedBody body) {
    return body.codecName() == null
        ? body.decode(undelivered.serializable())
        : codec(body.codecName()).decodeFromWire(0, body.bytes());
  }

  private MessageCodec<?, ?> codec(String name) {
    MessageCodec<?, ?> codec = local.codec(name);
    if (codec == null) {
      throw new IllegalArgumentException(
          "No message codec '" + name + "' is registered with this Vert.x");
    }
    return codec;
  }
}
