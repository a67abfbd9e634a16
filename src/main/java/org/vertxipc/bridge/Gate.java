package org.vertxipc.bridge;

import org.vertxipc.eventbus.PublishWindows;

/** A bridge, as the other bridges of its Vert.x see it. May be used on any thread. */
interface Gate {
  /** Tells its bus from others. */
  String bus();

  /** The name of its bus, for people. */
  String busName();

  /** The name of its node. */
  String node();

  /** Whether it wants the messages that are sent for this Vert.x only to be marked. */
  boolean heedsLocalOnly();

  /** Whether a Vert.x is on its bus: what comes from there needs no way back there. */
  boolean isNeighbour(long vertx);

  /** Gives a send back to the Vert.x through which it came: false when that is not on its bus. */
  boolean giveBack(long vertx, Parcel parcel);

  /** What it has sent to its peers of what was published elsewhere. */
  PublishWindows passedOn();
}
