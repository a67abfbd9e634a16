package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * An outgoing message that is not written at once, or an incoming one that is passed on. It may be
 * handed from thread to thread; nobody changes its contents.
 *
 * @param kind send, publish or request, see {@link FrameKind}
 * @param address where it goes
 * @param headers null for none
 * @param body of a type that the encoder knows, or encoded
 * @param number of a publish
 * @param requester waits for the reply to a request; otherwise null
 * @param path where it has been
 * @param safe is told when it is in the channel or the store; null when nobody wants to know
 */
record Parcel(
    int kind,
    String address,
    MultiMap headers,
    Object body,
    long number,
    Requester requester,
    Path path,
    FrameSender.Completion safe) {

  /** Where a message has been. */
  static final class Path {
    /** The path of a message that was made in this Vert.x and has not been elsewhere. */
    static final Path START = new Path(0, Way.NONE, -1);

    private final long origin;
    private final long[] way;
    private final int priority;

    /**
     * Creates a path.
     *
     * @param origin incarnation of the Vert.x in which a publish was made; 0 for this one
     * @param way of a send or request, see {@link Way}
     * @param priority with which it came, or -1 when its header or its address decides
     */
    Path(long origin, long[] way, int priority) {
      this.origin = origin;
      this.way = way;
      this.priority = priority;
    }

    long origin() {
      return origin;
    }

    long[] way() {
      return way;
    }

    int priority() {
      return priority;
    }
  }

  /** Returns the same message with another way. */
  Parcel on(long[] way) {
    return new Parcel(
        kind,
        address,
        headers,
        body,
        number,
        requester,
        new Path(path.origin, way, path.priority),
        safe);
  }

  /** Returns the same message for another requester. */
  Parcel by(Requester other) {
    return new Parcel(kind, address, headers, body, number, other, path, safe);
  }

  boolean isRequest() {
    return kind == FrameKind.REQUEST;
  }

  /** Tells the requester, if there is one, that there will be no reply. */
  void fail(io.vertx.core.eventbus.ReplyException failure) {
    if (requester != null) {
      requester.fail(failure);
    }
    if (safe != null) {
      safe.done(false);
    }
  }
}
