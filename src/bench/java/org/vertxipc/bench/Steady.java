package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Sends a few messages each millisecond, to measure what that costs the processes. */
final class Steady {
  private Steady() {}

  /** Runs on the caller's context. */
  static Future<JsonObject> run(Vertx vertx, Lane lane, Work work, long nanos) {
    return Tally.begin(lane, work.body(), nanos)
        .compose(
            tally ->
                send(vertx, tally, work, nanos)
                    .compose(v -> tally.settle())
                    .compose(v -> tally.result()));
  }

  private static Future<Void> send(Vertx vertx, Tally tally, Work work, long nanos) {
    Promise<Void> sent = Promise.promise();
    vertx.setPeriodic(
        1,
        timer -> {
          // The clock decides how many: a timer that fires late sends what it missed.
          long due = tally.elapsed() / 1000 * work.amount() / 1_000_000;
          while (tally.sent() < due) {
            tally.send();
          }
          if (tally.elapsed() >= nanos) {
            vertx.cancelTimer(timer);
            sent.complete();
          }
        });
    return sent.future();
  }
}
