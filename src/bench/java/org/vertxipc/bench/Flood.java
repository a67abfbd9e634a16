package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;

/**
 * Sends batches, one or two of them under way at any time. The last message of each is a request
 * that is answered with how many messages the sink has counted: what is lost fails the measurement.
 */
final class Flood {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Lane lane;
  private final Object body;
  private final int batch;
  private final int underWay;
  private final long nanos;
  private final Promise<JsonObject> promise = Promise.promise();
  private long base;
  private long start;
  private long sent;
  private long counted;
  private int open;

  private Flood(Lane lane, Work work, long nanos) {
    this.lane = lane;
    this.body = work.body();
    this.batch = work.batch();
    this.underWay = work.batchesUnderWay();
    this.nanos = nanos;
  }

  /** Runs on the caller's context. */
  static Future<JsonObject> run(Lane lane, Work work, long nanos) {
    Flood flood = new Flood(lane, work, nanos);
    lane.count(flood.body)
        .onSuccess(
            base -> {
              flood.base = base;
              flood.start = System.nanoTime();
              for (int i = 0; i < flood.underWay; i++) {
                flood.open++;
                flood.batch();
              }
            })
        .onFailure(flood.promise::tryFail);
    return flood.promise.future();
  }

  private void batch() {
    for (int i = 1; i < batch; i++) {
      lane.send(body);
    }
    sent += batch;
    count(sent);
  }

  // To a node that keeps a store, a request overtakes what was sent before it: it is asked again.
  private void count(long expected) {
    lane.count(body)
        .onSuccess(
            count -> {
              counted = Math.max(counted, count - base);
              if (counted < expected && System.nanoTime() - start < nanos + PATIENCE_NANOS) {
                sent++;
                count(expected + 1);
              } else {
                counted();
              }
            })
        .onFailure(promise::tryFail);
  }

  private void counted() {
    if (System.nanoTime() - start < nanos) {
      batch();
    } else if (--open == 0) {
      if (counted < sent && System.nanoTime() - start < nanos + PATIENCE_NANOS) {
        // What other batches have asked meanwhile.
        open++;
        sent++;
        count(sent);
        return;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (counted != sent) {
        promise.tryFail(sent + " sent and " + counted + " received");
      } else {
        promise.tryComplete(new JsonObject().put("rate", sent / seconds).put("messages", sent));
      }
    }
  }
}
