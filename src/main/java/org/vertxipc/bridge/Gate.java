package org.vertxipc.bridge;

import org.vertxipc.eventbus.PublishWindows;

/** A bridge, as the other bridges of its Vert.x see it. May be used on any thread. */
interface Gate {
  /** Identifies its bus among others. */
  String bus();

  /** Returns the name of its bus for display. */
  String busName();

  /** Returns the name of its node. */
  String node();

  /** Returns whether it needs messages with {@code setLocalOnly} to be marked. */
  boolean heedsLocalOnly();

  /** Returns whether a Vert.x is on its bus: messages from there need no way back there. */
  boolean isNeighbour(long vertx);

  /**
   * Gives a send back to the Vert.x through which it came; returns false when that Vert.x is not on
   * its bus.
   */
  boolean giveBack(long vertx, Parcel parcel);

  /** Returns which messages published elsewhere it has sent to its peers. */
  PublishWindows passedOn();
}
