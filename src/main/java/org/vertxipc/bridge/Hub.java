package org.vertxipc.bridge;

import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vertxipc.eventbus.Elsewhere;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.PublishWindows;

/**
 * The bridges of one Vert.x, and what they share: the addresses in other processes, and which
 * messages published there have been received. May be used on any thread.
 */
final class Hub implements Shareable {
  private static final String MAP = "__vertx-ipc.hub";

  private final LocalBus local;
  private final List<Gate> gates = new CopyOnWriteArrayList<>();
  private final Elsewhere elsewhere;
  private final ConcurrentMap<String, RemoteAddress> addresses = new ConcurrentHashMap<>();
  private final PublishWindows received = new PublishWindows();
  private ClusterMark mark;

  private Hub(LocalBus local, Elsewhere elsewhere) {
    this.local = local;
    this.elsewhere = elsewhere;
  }

  static Hub of(VertxInternal vertx) {
    LocalBus local = LocalBus.of(vertx);
    Elsewhere elsewhere = Elsewhere.of(vertx);
    LocalMap<String, Hub> map = vertx.sharedData().getLocalMap(MAP);
    return map.computeIfAbsent("", k -> new Hub(local, elsewhere));
  }

  LocalBus local() {
    return local;
  }

  /** Adds a bridge, with its mark for messages that it puts into a clustered event bus. */
  synchronized void join(Gate gate, ClusterMark mark) {
    for (Gate other : gates) {
      if (other.bus().equals(gate.bus())) {
        throw new IllegalStateException(
            "This Vert.x is already on the bus '"
                + gate.busName()
                + "', as node '"
                + other.node()
                + "': one bridge for each bus is enough, and IpcBridge.get(vertx, \""
                + gate.busName()
                + "\") returns it");
      }
    }
    this.mark = mark;
    gates.add(gate);
    local.retain(gate.heedsLocalOnly());
  }

  synchronized void leave(Gate gate) {
    if (gates.remove(gate)) {
      local.release(gate.heedsLocalOnly());
    }
  }

  /** Returns the bridges; with more than one, this Vert.x is a gateway. */
  List<Gate> gates() {
    return gates;
  }

  boolean isGateway() {
    return gates.size() > 1;
  }

  /** Returns which messages of each origin have been received, over any bus. */
  PublishWindows received() {
    return received;
  }

  synchronized void add(Route route) {
    addresses
        .computeIfAbsent(route.address(), a -> new RemoteAddress(a, local, elsewhere, mark))
        .add(route);
  }

  synchronized void remove(Route route) {
    RemoteAddress address = addresses.get(route.address());
    if (address != null && address.remove(route)) {
      addresses.remove(route.address());
    }
  }

  /** Called when a property of a route has changed. */
  synchronized void changed(Route route) {
    RemoteAddress address = addresses.get(route.address());
    if (address != null) {
      address.refresh();
    }
  }

  /** Returns what an address has in other processes; null when there is nothing. */
  RemoteAddress address(String address) {
    return addresses.get(address);
  }

  /**
   * Sends a message that was published elsewhere on over the other buses of this Vert.x, once over
   * each bus, whichever way it came first.
   *
   * @param fromBus the bus by which it came, null for the cluster
   * @param fromVertx through which Vert.x it came, 0 for the cluster
   */
  void passOn(Parcel parcel, String fromBus, long fromVertx) {
    RemoteAddress to = addresses.get(parcel.address());
    if (to == null) {
      return;
    }
    long origin = parcel.path().origin();
    Set<Gate> sending = new HashSet<>();
    for (Gate gate : gates) {
      // The bridge that sent it over a bus has sent it to all nodes there.
      boolean first = gate.passedOn().of(origin).first(parcel.number(), false);
      if (first && !gate.bus().equals(fromBus)) {
        sending.add(gate);
      }
    }
    for (Route route : to.routes()) {
      long vertx = route.vertx();
      boolean knows = vertx == origin || (vertx != 0 && vertx == fromVertx);
      if (!knows && sending.stream().anyMatch(gate -> gate.bus().equals(route.bus()))) {
        route.out(parcel);
      }
    }
  }

  /**
   * Gives a send back to the Vert.x through which it came here, the entry of its way before a
   * position; returns false when that Vert.x is on no bus of this one.
   */
  boolean giveBack(Parcel parcel, int here) {
    long[] way = parcel.path().way();
    long before = Way.before(way, here);
    Parcel back = parcel.on(Arrays.copyOf(way, here));
    return before != 0 && gates.stream().anyMatch(gate -> gate.giveBack(before, back));
  }

  /**
   * Returns whether another Vert.x is on the same bus, so that nothing needs to be passed on there.
   */
  boolean isBusOf(String bus, long vertx) {
    return gates.stream().anyMatch(gate -> gate.bus().equals(bus) && gate.isNeighbour(vertx));
  }
}
