package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/**
 * Publishes in batches, two at a time; every server reports that it has received the last of each.
 * All servers must answer first: what is published before a cluster knows of a consumer is lost.
 */
final class Publishing {
  private static final int MEETINGS = 100;
  private static final long MEETING_MILLIS = 100;

  private final Vertx vertx;
  private final Lane lane;
  private final Work work;
  private final long nanos;
  private final Promise<JsonObject> promise = Promise.promise();
  private final Object body;
  private final Buffer last;
  private boolean met;
  private int meeting;
  private int present;
  private long start;
  private long published;
  private long told;

  private Publishing(Vertx vertx, Lane lane, Work work, long nanos) {
    this.vertx = vertx;
    this.lane = lane;
    this.work = work;
    this.nanos = nanos;
    this.body = work.body();
    this.last = last(0);
  }

  private Buffer last(int id) {
    return ((Buffer) work.body()).setByte(Sinks.ID, (byte) id).setByte(work.size() - 1, Sinks.LAST);
  }

  /** Runs on the caller's context. */
  static Future<JsonObject> run(Vertx vertx, Lane lane, Work work, long nanos) {
    Publishing publishing = new Publishing(vertx, lane, work, nanos);
    MessageConsumer<Long> done =
        vertx.eventBus().consumer(Lane.DONE, m -> publishing.done((int) (m.body() & 0xff)));
    return done.completion()
        .compose(
            v -> {
              publishing.meet();
              return publishing.promise.future();
            })
        .eventually(done::unregister);
  }

  /** Asks all servers whether they are there, until they all say so. */
  private void meet() {
    if (met) {
      return;
    }
    if (++meeting > MEETINGS) {
      promise.tryFail(present + " of " + work.amount() + " servers have a consumer");
      return;
    }
    present = 0;
    lane.publish(last(meeting));
    vertx.setTimer(MEETING_MILLIS, id -> meet());
  }

  private void begin() {
    met = true;
    start = System.nanoTime();
    for (int i = 0; i < work.batchesUnderWay(); i++) {
      batch();
    }
  }

  private void batch() {
    for (int i = 1; i < work.batch(); i++) {
      lane.publish(body);
    }
    lane.publish(last);
    published += work.batch();
  }

  private void done(int id) {
    if (id == 0) {
      told();
    } else if (!met && id == meeting && ++present == work.amount()) {
      begin();
    }
  }

  private void told() {
    told++;
    long all = published / work.batch() * work.amount();
    if (System.nanoTime() - start < nanos) {
      if (told % work.amount() == 0) {
        batch();
      }
    } else if (told == all) {
      double seconds = (System.nanoTime() - start) / 1e9;
      promise.tryComplete(
          new JsonObject()
              .put("rate", published / seconds)
              .put("messages", published * work.amount()));
    }
  }
}
