package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * A message on its way out that is not written at once, or comes in and goes on. It may be handed
 * from thread to thread; nobody changes what it holds.
 *
 * @param kind send, publish or request, see {@link FrameKind}
 * @param address where it goes
 * @param headers null for none
 * @param body of a type that the encoder knows, or encoded
 * @param number of a publish
 * @param requester whoever waits for the reply to a request, else null
 * @param path where it has been
 * @param safe told when it is in the channel or the store; null when nobody wants to know
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
    /** Of what was made in this Vert.x and goes its first way. */
    static final Path START = new Path(0, Way.NONE, -1);

    private final long origin;
    private final long[] way;
    private final int priority;

    /**
     * A path.
     *
     * @param origin incarnation of the Vert.x in which a publish was made; 0 for this one
     * @param way of a send or request, see {@link Way}
     * @param priority with which it came, or -1 when its header or its address says
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

  /** The same with another way. */
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

  /** The same for another requester. */
  Parcel by(Requester other) {
    return new Parcel(kind, address, headers, body, number, other, path, safe);
  }

  boolean isRequest() {
    return kind == FrameKind.REQUEST;
  }

  /** Tells whoever waits for the reply, if anybody does, that there will be none. */
  void fail(io.vertx.core.eventbus.ReplyException failure) {
    if (requester != null) {
      requester.fail(failure);
    }
    if (safe != null) {
      safe.done(false);
    }
  }
}
