package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/** Waits a bounded time until sent messages have left this process. */
final class LinkDrain {
  private static final long LOOK_MILLIS = 5;

  private LinkDrain() {}

  /** Completes when nothing waits, or the time is over and the loss is reported. Never fails. */
  static Future<Void> await(
      ContextInternal context, Outlet outlet, long millis, LinkEvents events) {
    Promise<Void> done = context.promise();
    look(context, outlet, System.nanoTime() + millis * 1_000_000, events, done);
    return done.future();
  }

  private static void look(
      ContextInternal context,
      Outlet outlet,
      long deadline,
      LinkEvents events,
      Promise<Void> done) {
    if (outlet == null || outlet.queued() == 0) {
      done.complete();
    } else if (System.nanoTime() - deadline >= 0) {
      events.warn("lost", new JsonObject().put("bytes", outlet.queued()));
      done.complete();
    } else {
      context.owner().setTimer(LOOK_MILLIS, id -> look(context, outlet, deadline, events, done));
    }
  }
}
