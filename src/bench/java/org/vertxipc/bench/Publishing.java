package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/** Publishes in batches, two under way; every server says that it has got the last of each. */
final class Publishing {
  private final Lane lane;
  private final Work work;
  private final long nanos;
  private final Promise<JsonObject> promise = Promise.promise();
  private final Object body;
  private final Buffer last;
  private long start;
  private long published;
  private long told;

  private Publishing(Lane lane, Work work, long nanos) {
    this.lane = lane;
    this.work = work;
    this.nanos = nanos;
    this.body = work.body();
    this.last = ((Buffer) work.body()).setByte(work.size() - 1, Sinks.LAST);
  }

  /** Runs on the caller's context. */
  static Future<JsonObject> run(EventBus bus, Lane lane, Work work, long nanos) {
    Publishing publishing = new Publishing(lane, work, nanos);
    MessageConsumer<Object> done = bus.consumer(Lane.DONE, m -> publishing.done());
    publishing.start = System.nanoTime();
    for (int i = 0; i < publishing.work.batchesUnderWay(); i++) {
      publishing.batch();
    }
    return publishing.promise.future().eventually(done::unregister);
  }

  private void batch() {
    for (int i = 1; i < work.batch(); i++) {
      lane.publish(body);
    }
    lane.publish(last);
    published += work.batch();
  }

  private void done() {
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
