package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/** Waits a bounded time until sent messages have left this process. */
final class LinkDrain {
  private static final long LOOK_MILLIS = 5;

  private LinkDrain() {}

  /** Counts the bytes that would be lost now; told whether it is asked for the last time. */
  interface Count {
    long bytes(boolean last);
  }

  /** Completes when nothing waits, or the time is over and the loss is reported. Never fails. */
  static Future<Void> await(
      ContextInternal context, Count waiting, long millis, LinkEvents events) {
    Promise<Void> done = context.promise();
    look(context, waiting, System.nanoTime() + millis * 1_000_000, events, done);
    return done.future();
  }

  private static void look(
      ContextInternal context,
      Count waiting,
      long deadline,
      LinkEvents events,
      Promise<Void> done) {
    boolean last = System.nanoTime() - deadline >= 0;
    long bytes = waiting.bytes(last);
    if (bytes == 0) {
      done.complete();
    } else if (last) {
      events.warn("lost", new JsonObject().put("bytes", bytes));
      done.complete();
    } else {
      context.owner().setTimer(LOOK_MILLIS, id -> look(context, waiting, deadline, events, done));
    }
  }
}
