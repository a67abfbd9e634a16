package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;

/**
 * The route to one node that exports an address. It stays the same object while a node that keeps a
 * store goes down and comes back. May be used on any thread.
 */
abstract class Route {
  /** How the node can be reached. */
  enum State {
    /** It is up. */
    LIVE,
    /** It is down, and messages to it wait in its store. */
    STORED,
    /** It can't be reached any more. */
    CLOSED
  }

  private final String address;
  private final String bus;
  private volatile State state = State.LIVE;
  private volatile boolean available;

  Route(String address, String bus, boolean available) {
    this.address = address;
    this.bus = bus;
    this.available = available;
  }

  final String address() {
    return address;
  }

  /** Returns the bus of the node. */
  final String bus() {
    return bus;
  }

  /** Returns whether the node has said that it has a consumer, which is a hint. */
  final boolean isAvailable() {
    return available && state == State.LIVE;
  }

  final void available(boolean available) {
    this.available = available;
  }

  final State state() {
    return state;
  }

  final void state(State state) {
    this.state = state;
  }

  /** Returns whether a message of that kind can be sent. */
  final boolean takes(int kind) {
    return switch (state) {
      case LIVE -> true;
      case STORED -> kind != FrameKind.REQUEST;
      case CLOSED -> false;
    };
  }

  /**
   * Returns whether its messages wait until there is a consumer, so that it is better tried last.
   */
  abstract boolean isDurable();

  /** Returns the incarnation of the Vert.x of the node; 0 while it is down. */
  abstract long vertx();

  /** Returns the name of the node. */
  abstract String node();

  /** Returns where messages that do not arrive by this route are counted. */
  abstract Undelivered undelivered();

  /**
   * Sends a message that was sent in this Vert.x. Called on the sender's thread.
   *
   * @param number of a publish
   * @param requester of a request, otherwise null
   */
  abstract void out(int kind, MultiMap headers, Object body, long number, Requester requester);

  /**
   * Returns whether the caller may use {@link #outNow}, as long as it does nothing else before:
   * then the body is written before the sender goes on, and needs no copy.
   */
  abstract boolean isNow(int kind);

  /** The same as {@link #out}, after {@link #isNow}. */
  abstract void outNow(int kind, MultiMap headers, Object body, long number, Requester requester);

  /** Sends any message. */
  abstract void out(Parcel parcel);
}
