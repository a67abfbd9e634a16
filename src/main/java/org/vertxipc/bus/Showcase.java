package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.file.CountersImage;

/**
 * Shows this node's counters to others, in a file that a worker thread writes. One thread only: the
 * bus's.
 */
final class Showcase {
  private static final Logger log = LoggerFactory.getLogger(Showcase.class);

  private final ContextInternal context;
  private final Membership membership;
  private final CountersImage image = new CountersImage();
  private boolean writing;
  // Said once, as long as it is so.
  private String failure = "";

  Showcase(ContextInternal context, Membership membership) {
    this.context = context;
    this.membership = membership;
  }

  /** Writes the counters, unless nothing is new; returns whether there is, or may be. */
  boolean show(CounterSet counters) {
    if (writing) {
      return true;
    }
    if (!image.take(counters, System.currentTimeMillis())) {
      return false;
    }
    writing = true;
    context
        .executeBlocking(
            () -> {
              membership.show(image);
              return null;
            },
            false)
        .onComplete(
            written -> {
              writing = false;
              if (written.succeeded()) {
                failure = "";
              } else {
                complain(written.cause());
              }
            });
    // What could not be written now is tried again after a while.
    return failure.isEmpty();
  }

  private void complain(Throwable cause) {
    image.forget();
    String message = String.valueOf(cause.getMessage());
    if (!message.equals(failure)) {
      failure = message;
      log.warn("The counters of this node can't be shown: " + message);
    }
  }

  /** The file is new. */
  void startOver() {
    image.forget();
  }
}
