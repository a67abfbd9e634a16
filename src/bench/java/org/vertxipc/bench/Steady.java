package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Sends a few messages each millisecond, for what that costs the processes. */
final class Steady {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Lane lane;
  private final Work work;
  private final long start = System.nanoTime();
  private final Promise<JsonObject> promise = Promise.promise();
  private long sent;

  private Steady(Lane lane, Work work) {
    this.lane = lane;
    this.work = work;
  }

  /** Runs on the caller's context. */
  static Future<JsonObject> run(Vertx vertx, Lane lane, Work work, long nanos) {
    Steady steady = new Steady(lane, work);
    Object body = work.body();
    lane.count(body)
        .onFailure(steady.promise::tryFail)
        .onSuccess(base -> vertx.setPeriodic(1, id -> steady.tick(vertx, id, body, base, nanos)));
    return steady.promise.future();
  }

  private void tick(Vertx vertx, long timer, Object body, long base, long nanos) {
    // By the clock: a timer that comes late sends what it missed.
    long due = (System.nanoTime() - start) / 1000 * work.amount() / 1_000_000;
    for (; sent < due; sent++) {
      lane.send(body);
    }
    if (System.nanoTime() - start >= nanos) {
      vertx.cancelTimer(timer);
      count(body, base + 1, System.nanoTime() + PATIENCE_NANOS);
    }
  }

  // To a node that keeps a store, a request overtakes what was sent before it: it is asked again.
  private void count(Object body, long before, long deadline) {
    lane.count(body)
        .onFailure(promise::tryFail)
        .onSuccess(
            count -> {
              if (count - before < sent && System.nanoTime() < deadline) {
                count(body, before + 1, deadline);
              } else {
                finish(count - before);
              }
            });
  }

  private void finish(long counted) {
    if (counted != sent) {
      promise.tryFail(sent + " sent and " + counted + " received");
    } else {
      double seconds = (System.nanoTime() - start) / 1e9;
      promise.tryComplete(new JsonObject().put("rate", sent / seconds).put("messages", sent));
    }
  }
}
