package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;

/**
 * The way to one node that exports an address. It stays the same while that node, if it keeps a
 * store, is down and comes back. May be used on any thread.
 */
abstract class Route {
  /** How the node can be reached. */
  enum State {
    /** It is up. */
    LIVE,
    /** It is down, and what is sent to it waits in its store. */
    STORED,
    /** Not at all any more. */
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

  /** The bus on which the node is. */
  final String bus() {
    return bus;
  }

  /** Whether the node has said that it has a consumer: a hint. */
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

  /** Whether a message of that kind can go. */
  final boolean takes(int kind) {
    return switch (state) {
      case LIVE -> true;
      case STORED -> kind != FrameKind.REQUEST;
      case CLOSED -> false;
    };
  }

  /** Whether what it takes waits until there is a consumer, so that it is better tried last. */
  abstract boolean isDurable();

  /** The incarnation of the Vert.x of the node; 0 while it is down. */
  abstract long vertx();

  /** The name of the node. */
  abstract String node();

  /** Where what does not arrive by this way is counted. */
  abstract Undelivered undelivered();

  /**
   * Sends a message that was sent in this Vert.x. Called in the sender's thread.
   *
   * @param number of a publish
   * @param requester of a request, else null
   */
  abstract void out(int kind, MultiMap headers, Object body, long number, Requester requester);

  /** Sends any message. */
  abstract void out(Parcel parcel);
}
