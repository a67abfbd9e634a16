package org.vertxipc.bridge;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.Elsewhere;
import org.vertxipc.eventbus.Lent;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.LocalOnly;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.FrameKind;

/**
 * What an address has in other processes, for one Vert.x and all its buses. One handler in the
 * event bus, the head, takes publishes, once for all nodes; for sends, the head and the fillers
 * have as many turns in the rotation of Vert.x as there are nodes with a consumer.
 *
 * <p>The head stays the same for as long as there is a route, so that no publish under way meets
 * two heads, or none. May be used on any thread.
 */
final class RemoteAddress {
  private static final Route[] NONE = {};

  private final String address;
  private final LocalBus local;
  private final Elsewhere elsewhere;
  private final Consumers consumers;
  private final ClusterMark mark;
  private final AtomicInteger turn = new AtomicInteger();
  private final Deque<LocalBus.Opened> fillers = new ArrayDeque<>();
  private LocalBus.Opened head;
  // In a cluster, this announces the address to the cluster's other nodes, while a node here has a
  // consumer.
  private LocalBus.Opened announced;
  private volatile Route[] routes = NONE;
  // One route for each Vert.x: a Vert.x that shares two buses with this one has one turn.
  private volatile Route[] available = NONE;
  private volatile Route[] once = NONE;

  RemoteAddress(String address, LocalBus local, Elsewhere elsewhere, ClusterMark mark) {
    this.address = address;
    this.local = local;
    this.elsewhere = elsewhere;
    this.consumers = local.consumers(address);
    this.mark = mark;
  }

  // The hub makes changes, under its lock.

  void add(Route route) {
    List<Route> now = new ArrayList<>(Arrays.asList(routes));
    now.add(route);
    routes = now.toArray(NONE);
    refresh();
  }

  /** Removes a route; returns whether there is none left. */
  boolean remove(Route route) {
    List<Route> now = new ArrayList<>(Arrays.asList(routes));
    now.remove(route);
    routes = now.toArray(NONE);
    refresh();
    return routes.length == 0;
  }

  /** Checks what has changed about the routes. */
  void refresh() {
    Route[] now = routes;
    once = oneForEach(now, r -> r.state() != Route.State.CLOSED);
    available = oneForEach(now, Route::isAvailable);
    if (now.length > 0 && head == null) {
      head = local.open(address, this::onHead);
      elsewhere.add(address, this::isHeard);
      local.elsewhere(consumers, true);
    }
    announce(mark != null && isHeard());
    int wanted = Math.max(0, available.length - (announced == null ? 1 : 2));
    while (fillers.size() < wanted) {
      fillers.add(local.open(address, this::onFiller));
    }
    while (fillers.size() > wanted) {
      fillers.remove().close();
    }
    if (now.length == 0 && head != null) {
      head.close();
      head = null;
      elsewhere.remove(address);
      local.elsewhere(consumers, false);
    }
  }

  /**
   * Returns whether a node has a consumer, or keeps what comes. Only then it is announced: a
   * cluster chooses among all nodes that have announced the address, and takes no message back.
   */
  private boolean isHeard() {
    return available.length > 0 || Arrays.stream(once).anyMatch(Route::isDurable);
  }

  private void announce(boolean wanted) {
    if (wanted && announced == null) {
      announced = local.open(address, true, this::onAnnounced);
    } else if (!wanted && announced != null) {
      announced.close();
      announced = null;
    }
  }

  private static Route[] oneForEach(Route[] of, Predicate<Route> which) {
    List<Route> found = new ArrayList<>(of.length);
    for (Route route : of) {
      if (which.test(route)) {
        int twin = indexOfVertx(found, route.vertx());
        if (twin < 0) {
          found.add(route);
        } else if (route.isAvailable() && !found.get(twin).isAvailable()) {
          found.set(twin, route);
        }
      }
    }
    return found.toArray(NONE);
  }

  private static int indexOfVertx(List<Route> routes, long vertx) {
    for (int i = 0; vertx != 0 && i < routes.size(); i++) {
      if (routes.get(i).vertx() == vertx) {
        return i;
      }
    }
    return -1;
  }

  /** Returns all routes, including several to one Vert.x over different buses. */
  Route[] routes() {
    return routes;
  }

  // The methods from here on run on the sender's thread.

  /** Returns whether a bridge has put it into the event bus of a cluster. */
  private boolean isMarked(Message<?> message) {
    return mark != null && mark.isMarked(message);
  }

  private void onFiller(Message<?> message) {
    if (!message.isSend()) {
      return; // The head takes this message.
    }
    if (isMarked(message)) {
      mark.passOn(message);
    } else {
      send(message);
    }
  }

  private void onAnnounced(Message<?> message) {
    // With one node this is one turn too many, so consumers here come first.
    boolean spare = message.isSend() && available.length <= 1 && !isMarked(message);
    if (!spare || !consumers.giveOwn(message)) {
      onFiller(message);
    }
  }

  private void onHead(Message<?> message) {
    if (isMarked(message)) {
      mark.passOn(message);
    } else if (message.isSend()) {
      send(message);
    } else if (!LocalOnly.isMarked(message)) {
      publish(message);
    }
  }

  private void publish(Message<?> message) {
    Object body = null;
    Undelivered encodedFor = null;
    long number = local.nextNumber();
    Route[] to = once;
    boolean now = Lent.isLent(message);
    for (int i = 0; i < to.length && now; i++) {
      now = to[i].isNow(FrameKind.PUBLISH);
    }
    for (Route route : to) {
      Undelivered undelivered = route.undelivered();
      try {
        if (undelivered != encodedFor) {
          body = local.body(message, now, undelivered.serializable());
          // What has to be encoded is encoded once for all nodes.
          body = to.length > 1 ? EncodedBody.onceFor(body) : body;
          encodedFor = undelivered;
        }
        out(route, now, FrameKind.PUBLISH, message, body, number, null);
      } catch (RuntimeException e) {
        undelivered.encoding(address, e);
      }
    }
  }

  private void send(Message<?> message) {
    boolean stays = LocalOnly.isMarked(message);
    int kind = message.replyAddress() == null ? FrameKind.SEND : FrameKind.REQUEST;
    Route route = stays ? null : available(kind, Way.NONE, r -> true);
    if (route == null && consumers.giveOwn(message)) {
      return; // A turn that was not needed goes to a consumer here.
    }
    if (route == null && !stays) {
      route = lastResort(kind, Way.NONE, r -> true);
    }
    Requester requester = requester(message);
    ReplyException failure = route == null ? nobody(kind) : send(message, kind, route, requester);
    if (failure != null && requester != null) {
      requester.fail(failure);
    }
  }

  /** Counts a message that nobody takes; returns the failure for its requester. */
  ReplyException nobody(int kind) {
    for (Route route : routes) {
      if (kind == FrameKind.REQUEST && route.state() == Route.State.STORED) {
        return route
            .undelivered()
            .gone(
                address, route.node(), "is down: messages for it are stored, but requests are not");
      }
    }
    Route[] all = routes;
    return all.length > 0 ? all[0].undelivered().nobody(address) : LocalBus.noHandlers(address);
  }

  private ReplyException send(Message<?> message, int kind, Route route, Requester requester) {
    Undelivered undelivered = route.undelivered();
    try {
      boolean now = Lent.isLent(message) && route.isNow(kind);
      Object body = local.body(message, now, undelivered.serializable());
      out(route, now, kind, message, body, 0, requester);
      return null;
    } catch (RuntimeException e) {
      return undelivered.encoding(address, e);
    }
  }

  private void out(
      Route route,
      boolean now,
      int kind,
      Message<?> message,
      Object body,
      long number,
      Requester requester) {
    if (now) {
      route.outNow(kind, local.headers(message), body, number, requester);
    } else {
      route.out(kind, local.headers(message), body, number, requester);
    }
  }

  Requester requester(Message<?> message) {
    return message.replyAddress() == null
        ? null
        : mark == null ? local.requester(message) : mark.requester(message);
  }

  /** Returns a node that has a consumer, in rotation; null when none is known to have one. */
  Route available(int kind, long[] tried, Predicate<Route> which) {
    Route[] of = available;
    int n = of.length;
    int start = n > 1 ? Math.floorMod(turn.getAndIncrement(), n) : 0;
    for (int i = 0; i < n; i++) {
      Route route = of[start + i < n ? start + i : start + i - n];
      if (isOpen(route, kind, tried) && which.test(route)) {
        return route;
      }
    }
    return null;
  }

  /**
   * Returns a node that exports the address but is not known to have a consumer: nodes that give
   * messages back come before those that keep them.
   */
  Route lastResort(int kind, long[] tried, Predicate<Route> which) {
    Route keeps = null;
    Route stored = null;
    for (Route route : once) {
      if (isOpen(route, kind, tried) && which.test(route)) {
        if (kind == FrameKind.REQUEST || !route.isDurable()) {
          return route;
        }
        boolean up = route.state() == Route.State.LIVE;
        keeps = keeps == null && up ? route : keeps;
        stored = stored == null && !up ? route : stored;
      }
    }
    return keeps != null ? keeps : stored;
  }

  /** Returns a route for a message that this Vert.x passes on; null when there is none. */
  Route onward(int kind, long[] way, Predicate<Route> which) {
    if (Way.isTooLong(way)) {
      return null;
    }
    Route route = available(kind, way, which);
    return route != null ? route : lastResort(kind, way, which);
  }

  private static boolean isOpen(Route route, int kind, long[] tried) {
    return route.takes(kind) && (tried.length == 0 || !Way.has(tried, route.vertx()));
  }

  /** Returns the consumers here, for messages that have come back or could not be sent. */
  Consumers consumers() {
    return consumers;
  }
}
