package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.reactor.Repeater;

/** Times requests, in a closed loop or at a fixed rate. */
final class Requests {
  private static final long HIGHEST = TimeUnit.SECONDS.toNanos(60);
  private static final long DESCRIPTORS_NANOS = 2_000;
  private static final int MAX_OUTSTANDING = 20_000;

  private final Lane lane;
  private final Object body;
  private final Promise<JsonObject> promise = Promise.promise();
  private final Histogram histogram = new Histogram(HIGHEST, 3);
  private final long interval;
  private final long start = System.nanoTime();
  private final long end;
  private long due;
  private int outstanding;
  private Repeater turns;

  private Requests(Lane lane, Work work, long nanos) {
    this.lane = lane;
    this.body = work.body();
    this.end = start + nanos;
    this.interval = TimeUnit.SECONDS.toNanos(1) / work.amount();
    this.due = start;
  }

  /** Runs a closed loop of that many requests, on the caller's context. */
  static Future<JsonObject> closed(Lane lane, Work work, long nanos) {
    Requests requests = new Requests(lane, work, nanos);
    for (int i = 0; i < work.amount(); i++) {
      requests.again();
    }
    return requests.promise.future();
  }

  private void again() {
    long now = System.nanoTime();
    if (now < end) {
      ask(now, true);
    } else if (outstanding == 0) {
      finish();
    }
  }

  /**
   * Sends that many requests a second, on the caller's context, each timed from when it was due:
   * what waits behind a slow one counts as slow. The pace is kept by looking at the clock in every
   * turn of the caller's event loop, which therefore does not sleep, with any contender.
   */
  static Future<JsonObject> paced(Context context, Lane lane, Work work, long nanos) {
    Requests requests = new Requests(lane, work, nanos);
    ContextInternal caller = ((ContextInternal) context).unwrap();
    Reactor reactor = Reactor.create(caller);
    Runnable task = reactor.bind(requests::sendWhatIsDue);
    requests.turns = new Repeater(reactor, task, DESCRIPTORS_NANOS);
    requests.turns.again(requests.start);
    return requests.promise.future();
  }

  private void sendWhatIsDue() {
    long now = System.nanoTime();
    while (due <= now && due < end && outstanding < MAX_OUTSTANDING) {
      ask(due, false);
      due += interval;
    }
    if (due < end) {
      turns.again(now);
    } else if (outstanding == 0) {
      finish();
    }
  }

  private void ask(long since, boolean again) {
    outstanding++;
    lane.echo(body)
        .onComplete(
            reply -> {
              outstanding--;
              if (reply.failed()) {
                promise.tryFail(reply.cause());
                return;
              }
              histogram.recordValue(Math.min(HIGHEST, System.nanoTime() - since));
              if (again) {
                again();
              } else if (outstanding == 0 && due >= end) {
                finish();
              }
            });
  }

  private void finish() {
    double seconds = (System.nanoTime() - start) / 1e9;
    promise.tryComplete(latencies(histogram).put("rate", histogram.getTotalCount() / seconds));
  }

  /** Returns the percentiles in nanoseconds, and the whole histogram. */
  static JsonObject latencies(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return new JsonObject()
        .put("p50", histogram.getValueAtPercentile(50))
        .put("p90", histogram.getValueAtPercentile(90))
        .put("p99", histogram.getValueAtPercentile(99))
        .put("p99.9", histogram.getValueAtPercentile(99.9))
        .put("max", histogram.getMaxValue())
        .put("messages", histogram.getTotalCount())
        .put("histogram", Arrays.copyOf(bytes.array(), length));
  }
}
