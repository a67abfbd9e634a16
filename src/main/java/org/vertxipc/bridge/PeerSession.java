package org.vertxipc.bridge;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.Peer;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.eventbus.PublishWindow;

/** What the bridge keeps about one other node. One thread only: the bridge's. */
sealed interface PeerSession {
  /** Returns the node. */
  Peer peer();

  /** Returns the route to an address that it exports; null when it does not export it. */
  Route route(String address);

  /** Returns all routes to it. */
  Collection<Route> routes();

  /** A node that is up. */
  final class Live implements PeerSession {
    private final LivePeer peer;
    private final Pending pending = new Pending();
    private final PeerCounters counters;
    private final Map<String, Route> routes = new LinkedHashMap<>();
    // Withdrawn addresses are kept too, because messages to them may come back.
    private final Map<Integer, String> addresses = new HashMap<>();
    private final Map<Integer, Route> byNumber = new HashMap<>();
    private PublishWindow window;
    private boolean synced;

    /**
     * Creates the session of a node, and shows its counters.
     *
     * @param transport by which this node receives
     */
    Live(LivePeer peer, CounterSet shown, String transport) {
      this.peer = peer;
      this.counters = new PeerCounters(shown, peer, transport, pending);
      peer.attach(this);
    }

    static Live of(LivePeer peer) {
      return (Live) peer.attachment();
    }

    @Override
    public LivePeer peer() {
      return peer;
    }

    PeerCounters counters() {
      return counters;
    }

    Pending pending() {
      return pending;
    }

    @Override
    public Route route(String address) {
      return routes.get(address);
    }

    @Override
    public Collection<Route> routes() {
      return routes.values();
    }

    /**
     * Returns the route to what it exports under a number; null when there is none, or no longer.
     */
    Route route(int number) {
      return byNumber.get(number);
    }

    /** Returns the address that it exports under a number, or once did; null when there is none. */
    String address(int number) {
      return addresses.get(number);
    }

    void add(int number, Route route) {
      addresses.put(number, route.address());
      byNumber.put(number, route);
      routes.put(route.address(), route);
    }

    /** Returns the removed route, or null when that number was no export. */
    Route remove(int number) {
      Route route = byNumber.remove(number);
      if (route != null) {
        routes.remove(route.address());
      }
      return route;
    }

    int exportCount() {
      return addresses.size();
    }

    /** Returns the addresses that it exports. */
    List<String> exports() {
      return List.copyOf(routes.keySet());
    }

    /** Returns the window of messages that its Vert.x publishes; null at first. */
    PublishWindow window() {
      return window;
    }

    void window(PublishWindow window) {
      this.window = window;
    }

    /** Returns whether it has announced everything that it exported at its start. */
    boolean isSynced() {
      return synced;
    }

    void synced() {
      synced = true;
    }
  }

  /** A node that is down and keeps a store. */
  final class Absent implements PeerSession {
    private final AbsentPeer peer;
    private final Map<String, Route> routes = new LinkedHashMap<>();

    Absent(AbsentPeer peer) {
      this.peer = peer;
    }

    @Override
    public AbsentPeer peer() {
      return peer;
    }

    @Override
    public Route route(String address) {
      return routes.get(address);
    }

    @Override
    public Collection<Route> routes() {
      return routes.values();
    }

    void add(Route route) {
      routes.put(route.address(), route);
    }

    Route remove(String address) {
      return routes.remove(address);
    }
  }
}
