package org.vertxipc.bridge;

import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameWriter;

/**
 * Tells peers which exported addresses have a consumer here. This is only a hint, so that nodes
 * without a consumer take no turn: messages that arrive nevertheless are given back. When a message
 * finds no consumer, the loss is noticed; a new consumer is noticed by checking the addresses that
 * peers were told have none, less often with time. One thread only: the bridge's context.
 */
final class Availability {
  private static final long FIRST_MILLIS = 10;
  private static final long LONGEST_MILLIS = 640;

  private final ContextInternal context;
  private final Exports exports;
  private final boolean clustered;
  private final Consumer<FrameWriter> toAll;
  private long delay = FIRST_MILLIS;
  private long timer = -1;
  private boolean closed;

  /**
   * Creates the hints of a node.
   *
   * @param clustered whether consumers may be on other hosts, so that there may always be one
   * @param toAll sends to all peers that are up
   */
  Availability(
      ContextInternal context, Exports exports, boolean clustered, Consumer<FrameWriter> toAll) {
    this.context = context;
    this.exports = exports;
    this.clustered = clustered;
    this.toAll = toAll;
  }

  /**
   * Returns whether an export has a consumer; if this is news, peers are told before this returns.
   */
  boolean check(Exports.Export export) {
    boolean is = clustered || export.consumers().isAny();
    if (is != export.isSaidAvailable()) {
      export.saidAvailable(is);
      toAll.accept(ControlFrames.available(export.number(), is));
    }
    if (!is) {
      soon();
    }
    return is;
  }

  /** The same for an export that no peer knows yet. */
  boolean checkNew(Exports.Export export) {
    boolean is = clustered || export.consumers().isAny();
    export.saidAvailable(is);
    if (!is) {
      soon();
    }
    return is;
  }

  private void soon() {
    if (delay > FIRST_MILLIS || timer < 0) {
      delay = FIRST_MILLIS;
      again();
    }
  }

  private void again() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
    if (!closed) {
      timer = context.owner().setTimer(delay, id -> context.dispatch(this::look));
    }
  }

  private void look() {
    timer = -1;
    boolean waiting = false;
    for (Exports.Export export : exports.all()) {
      if (!export.isSaidAvailable()) {
        boolean is = export.consumers().isAny();
        if (is) {
          export.saidAvailable(true);
          toAll.accept(ControlFrames.available(export.number(), true));
        }
        waiting |= !is;
      }
    }
    if (waiting) {
      delay = Math.min(2 * delay, LONGEST_MILLIS);
      again();
    }
  }

  void close() {
    closed = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
  }
}
