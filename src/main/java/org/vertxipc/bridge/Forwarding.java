package org.vertxipc.bridge;

import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.wire.EncodedBody;

/**
 * Makes the next try for a send or request that found no consumer, or whose node went before it was
 * written. A message that was sent in this Vert.x goes to another node, to a consumer here, or
 * fails; one that this Vert.x passes on goes to another node, or back to where it came from. May be
 * used on any thread.
 */
final class Forwarding {
  private final Hub hub;
  private final LocalBus local;
  private final Undelivered undelivered;
  private final String node;
  private Function<String, List<? extends Route>> exporters = address -> List.of();

  Forwarding(Hub hub, Undelivered undelivered, String node) {
    this.hub = hub;
    this.node = node;
    this.local = hub.local();
    this.undelivered = undelivered;
  }

  /**
   * Sets the lookup of nodes that export an address, imported or not. It is called on the bridge's
   * loop.
   */
  void exporters(Function<String, List<? extends Route>> lookup) {
    exporters = lookup;
  }

  /**
   * Makes the next try, on the bridge's loop.
   *
   * @param last counts the loss and returns the requester's failure when there is no next try; null
   *     if the failure is that there is no consumer
   */
  void next(Parcel parcel, Supplier<ReplyException> last) {
    long[] way = parcel.path().way();
    int here = Way.indexOf(way, local.incarnation());
    long before = Way.before(way, here);
    // The first Vert.x on the way is its sender.
    if (before != 0) {
      passOnAgain(parcel, here, before);
    } else if (Way.isTried(way, local.incarnation())) {
      nextOfOutlet(parcel, last);
    } else {
      nextOfOwn(parcel, last);
    }
  }

  /** Messages of an outlet go to nodes of its bus only, whether the address is imported or not. */
  private void nextOfOutlet(Parcel parcel, Supplier<ReplyException> last) {
    Route next = null;
    for (Route route : exporters.apply(parcel.address())) {
      boolean open = route.takes(parcel.kind()) && !Way.has(parcel.path().way(), route.vertx());
      if (open && (next == null || (route.isAvailable() && !next.isAvailable()))) {
        next = route;
      }
    }
    if (next == null || Way.isTooLong(parcel.path().way())) {
      parcel.fail(last != null ? last.get() : undelivered.nobody(parcel.address()));
    } else {
      next.out(parcel);
    }
  }

  private void nextOfOwn(Parcel parcel, Supplier<ReplyException> last) {
    RemoteAddress address = hub.address(parcel.address());
    long[] tried = parcel.path().way();
    // A node that gets a longer way than it takes cuts this node off.
    boolean goesOn = address != null && !Way.isTooLong(tried);
    Route route = goesOn ? address.available(parcel.kind(), tried, r -> true) : null;
    if (route == null && stays(parcel)) {
      return;
    }
    if (route == null && goesOn) {
      route = address.lastResort(parcel.kind(), tried, r -> true);
    }
    if (route == null) {
      parcel.fail(last != null ? last.get() : nobody(address, parcel));
    } else {
      route.out(parcel);
    }
  }

  private void passOnAgain(Parcel parcel, int here, long before) {
    long[] way = parcel.path().way();
    Route route = onward(parcel.address(), parcel.kind(), way, r -> !hub.isBusOf(r.bus(), before));
    if (route != null) {
      route.out(parcel);
      return;
    }
    if (parcel.requester() instanceof Relay relay) {
      relay.giveBack(parcel.on(Arrays.copyOf(way, here)));
    } else if (!hub.giveBack(parcel, here)) {
      parcel.fail(undelivered.nobody(parcel.address()));
    }
  }

  private ReplyException nobody(RemoteAddress address, Parcel parcel) {
    return address != null ? address.nobody(parcel.kind()) : undelivered.nobody(parcel.address());
  }

  /** Returns a route for a message that this Vert.x passes on; null when there is none. */
  Route onward(String address, int kind, long[] way, Predicate<Route> which) {
    RemoteAddress remote = hub.address(address);
    return remote == null ? null : remote.onward(kind, way, which);
  }

  /** Gives it to a consumer of this Vert.x; returns false when there is none. */
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

  /** Returns the object that an encoded body stands for. */
  Object decode(EncodedBody body) {
    return body.codecName() == null
        ? body.decode(undelivered.serializable())
        : codec(body.codecName()).decodeFromWire(0, body.bytes());
  }

  private MessageCodec<?, ?> codec(String name) {
    MessageCodec<?, ?> codec = local.codec(name);
    if (codec == null) {
      throw new IllegalArgumentException(
          "No message codec '" + name + "' is registered on node '" + node + "'");
    }
    return codec;
  }
}
