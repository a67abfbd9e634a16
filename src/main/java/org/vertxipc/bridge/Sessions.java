package org.vertxipc.bridge;

import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.Departure;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.ProtocolException;

/**
 * The other nodes, and the routes to what they export. One thread only, the bridge's, except for
 * the neighbours.
 */
final class Sessions {
  private static final int MAX_EXPORTS_OF_A_PEER = 100_000;

  private final Hub hub;
  private final Imports imports;
  private final Outbound outbound;
  private final Consumer<PeerEvent> events;
  private final Runnable onRoutes;
  private final Map<String, PeerSession.Live> live = new HashMap<>();
  private final Map<String, PeerSession.Absent> absent = new HashMap<>();
  private final Set<Long> neighbours = ConcurrentHashMap.newKeySet();
  private boolean closed;

  /**
   * Creates an empty set of nodes.
   *
   * @param events is told what happens to peers
   * @param onRoutes called when the routes to an address have changed
   */
  Sessions(
      Hub hub, Imports imports, Outbound outbound, Consumer<PeerEvent> events, Runnable onRoutes) {
    this.hub = hub;
    this.imports = imports;
    this.outbound = outbound;
    this.events = events;
    this.onRoutes = onRoutes;
  }

  Collection<PeerSession.Live> live() {
    return live.values();
  }

  /** Returns the session of a Vert.x that is on the bus; null when it is not. */
  PeerSession.Live of(long vertx) {
    for (PeerSession.Live session : live.values()) {
      if (session.exportCount() > 0 && session.peer().vertx() == vertx) {
        return session;
      }
    }
    return null;
  }

  /** Returns whether a Vert.x is on the bus. May be called on any thread. */
  boolean isNeighbour(long vertx) {
    return neighbours.contains(vertx);
  }

  /**
   * Returns the routes to an address, whether it is imported or not: first those to nodes that are
   * up.
   */
  List<Outbound.Line> lines(String address) {
    List<Outbound.Line> found = new ArrayList<>();
    for (PeerSession.Live session : live.values()) {
      add(session.route(address), found);
    }
    for (PeerSession.Absent session : absent.values()) {
      add(session.route(address), found);
    }
    return found;
  }

  private static void add(Route route, List<Outbound.Line> to) {
    if (route != null && route.state() != Route.State.CLOSED) {
      to.add((Outbound.Line) route);
    }
  }

  void up(PeerSession.Live session) {
    live.put(session.peer().name(), session);
    events.accept(PeerEvent.of(session, PeerEvent.State.UP));
  }

  void onExport(PeerSession.Live session, Frame frame) {
    int number = ControlFrames.readNumber(frame);
    String address = ControlFrames.readAddress(frame);
    if (session.exportCount() >= MAX_EXPORTS_OF_A_PEER) {
      throw new ProtocolException("more than " + MAX_EXPORTS_OF_A_PEER + " exports");
    }
    if (session.address(number) != null || session.route(address) != null) {
      throw new ProtocolException(
          "export number " + number + ", '" + address + "', is announced twice");
    }
    neighbours.add(session.peer().vertx());
    boolean available = ControlFrames.readAvailable(frame);
    // The route to a node that was down is kept, so that no message is sent twice or not at all.
    PeerSession.Absent before = absent.get(session.peer().name());
    Outbound.Line line = before == null ? null : (Outbound.Line) before.remove(address);
    if (line != null) {
      line.becomesLive(session, number, available);
      session.add(number, line);
      hub.changed(line);
    } else {
      line = outbound.line(address, session, number, available);
      session.add(number, line);
      open(line);
    }
    changed(session);
  }

  private void open(Route route) {
    if (!closed && imports.matches(route.address())) {
      hub.add(route);
    }
  }

  private void close(Route route) {
    route.state(Route.State.CLOSED);
    hub.remove(route);
  }

  // The exports of the start arrive one by one; they are reported together.
  private void changed(PeerSession.Live session) {
    onRoutes.run();
    if (session.isSynced()) {
      events.accept(PeerEvent.of(session, PeerEvent.State.CHANGED));
    }
  }

  void onWithdraw(PeerSession.Live session, Frame frame) {
    Route route = session.remove(ControlFrames.readNumber(frame));
    if (route != null) {
      close(route);
      changed(session);
    }
  }

  void onAvailable(PeerSession.Live session, Frame frame, boolean available) {
    Route route = session.route(ControlFrames.readNumber(frame));
    if (route != null) {
      route.available(available);
      hub.changed(route);
    }
  }

  void onSynced(PeerSession.Live session) {
    session.synced();
    changed(session);
  }

  /** What it has sent is still read, but nothing is sent to it: others take its turns. */
  void muted(PeerSession.Live session) {
    if (session.peer().outbox() == null) {
      session.routes().forEach(this::shut);
      onRoutes.run();
    }
  }

  private void shut(Route route) {
    route.state(Route.State.CLOSED);
    hub.changed(route);
  }

  /** A node is gone: from now on messages for its store go there. */
  void down(PeerSession.Live session, Departure why, AbsentPeer standIn) {
    String name = session.peer().name();
    live.remove(name, session);
    forgetNeighbour(session);
    if (standIn == null) {
      session.routes().forEach(route -> ((Outbound.Line) route).gone(why.toString()));
      session.routes().forEach(this::close);
    } else {
      PeerSession.Absent keeps = absent.computeIfAbsent(name, n -> new PeerSession.Absent(standIn));
      session.routes().forEach(route -> becomesStored((Outbound.Line) route, keeps));
    }
    onRoutes.run();
    failPending(session, Undelivered.goneFailure(name, why.toString()));
    events.accept(PeerEvent.down(session, why));
  }

  private void becomesStored(Outbound.Line line, PeerSession.Absent keeps) {
    keeps.add(line);
    line.becomesStored(keeps);
    hub.changed(line);
  }

  private void forgetNeighbour(PeerSession.Live gone) {
    if (gone.exportCount() > 0) {
      neighbours.remove(gone.peer().vertx());
    }
  }

  static void failPending(PeerSession.Live session, ReplyException failure) {
    session.pending().drain((Requester requester) -> requester.fail(failure));
  }

  /** A node was down already when this one started. */
  void absent(AbsentPeer peer, List<String> exports) {
    PeerSession.Absent session = new PeerSession.Absent(peer);
    absent.put(peer.name(), session);
    for (String address : exports) {
      Outbound.Line line = outbound.line(address, session, 0, false);
      session.add(line);
      open(line);
    }
    onRoutes.run();
  }

  /** A node is back, and has announced all its exports: routes to others end. */
  void returned(AbsentPeer peer) {
    PeerSession.Absent session = absent.remove(peer.name());
    if (session != null) {
      List.copyOf(session.routes()).forEach(this::close);
      onRoutes.run();
    }
  }

  /**
   * Ends all routes; waiting requesters get a failure.
   *
   * @param own the failure for requesters in this Vert.x
   * @param passedOn the failure for peers whose requests this node has passed on: for them a node
   *     is gone
   */
  void close(ReplyException own, ReplyException passedOn) {
    closed = true;
    for (PeerSession.Live session : live.values()) {
      session.routes().forEach(this::close);
      session.pending().drain(r -> r.fail(r instanceof Relay ? passedOn : own));
    }
    for (PeerSession.Absent session : absent.values()) {
      session.routes().forEach(this::close);
    }
    absent.clear();
    onRoutes.run();
  }
}
