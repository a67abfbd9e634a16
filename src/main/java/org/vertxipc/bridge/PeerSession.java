package org.vertxipc.bridge;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.Peer;
import org.vertxipc.eventbus.PublishWindow;

/** What the bridge keeps of one other node. One thread only: the bridge's. */
sealed interface PeerSession {
  /** The node. */
  Peer peer();

  /** The way to an address that it exports; null when it does not. */
  Route route(String address);

  /** All ways to it. */
  Collection<Route> routes();

  /** A node that is up. */
  final class Live implements PeerSession {
    private final LivePeer peer;
    private final Pending pending = new Pending();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    // Also of withdrawn ones: what was sent to them may come back.
    private final Map<Integer, String> addresses = new HashMap<>();
    private final Map<Integer, Route> byNumber = new HashMap<>();
    private PublishWindow window;
    private boolean synced;

    Live(LivePeer peer) {
      this.peer = peer;
      peer.attach(this);
    }

    static Live of(LivePeer peer) {
      return (Live) peer.attachment();
    }

    @Override
    public LivePeer peer() {
      return peer;
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

    /** The way to what it exports under a number; null when it does not, or no longer. */
    Route route(int number) {
      return byNumber.get(number);
    }

    /** What it has exported under a number, now or once; null when nothing. */
    String address(int number) {
      return addresses.get(number);
    }

    void add(int number, Route route) {
      addresses.put(number, route.address());
      byNumber.put(number, route);
      routes.put(route.address(), route);
    }

    /** Gives the way that is no more, or null when that number was no export. */
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

    /** The addresses that it exports. */
    List<String> exports() {
      return List.copyOf(routes.keySet());
    }

    /** The window of what its Vert.x publishes; null at first. */
    PublishWindow window() {
      return window;
    }

    void window(PublishWindow window) {
      this.window = window;
    }

    /** Whether it has said all that it exported at its start. */
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
