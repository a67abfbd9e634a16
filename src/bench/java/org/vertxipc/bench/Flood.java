package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;

/**
 * Sends batches, with one or two of them under way at any time. The last message of each is a
 * request, whose reply says how many messages the sink has counted.
 */
final class Flood {
  private final Tally tally;
  private final int batch;
  private final long nanos;
  private final Promise<JsonObject> promise = Promise.promise();
  private int open;

  private Flood(Tally tally, int batch, long nanos) {
    this.tally = tally;
    this.batch = batch;
    this.nanos = nanos;
  }

  /** Runs on the caller's context. */
  static Future<JsonObject> run(Lane lane, Work work, long nanos) {
    return Tally.begin(lane, work.body(), nanos)
        .compose(tally -> new Flood(tally, work.batch(), nanos).run(work.batchesUnderWay()));
  }

  private Future<JsonObject> run(int underWay) {
    for (int i = 0; i < underWay; i++) {
      open++;
      batch();
    }
    return promise.future();
  }

  private void batch() {
    for (int i = 1; i < batch; i++) {
      tally.send();
    }
    settle();
  }

  private void settle() {
    tally.settle().onSuccess(v -> settled()).onFailure(promise::tryFail);
  }

  private void settled() {
    if (tally.elapsed() < nanos) {
      batch();
    } else if (--open == 0) {
      if (tally.isOpen()) {
        // This settles what other batches have asked meanwhile.
        open++;
        settle();
      } else {
        tally.result().onSuccess(promise::tryComplete).onFailure(promise::tryFail);
      }
    }
  }
}
