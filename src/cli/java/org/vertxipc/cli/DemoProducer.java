package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Sends, publishes and requests over the plain event bus, and prints one JSON object per line:
 * progress now and then, and the report at the end.
 */
final class DemoProducer extends VerticleBase {
  static final int SENDS = 100_000;
  static final int PUBLISHES = 50_000;
  static final int REQUESTS = 5_000;
  static final int BULK_REQUESTS = 20;
  private static final int BATCH = 500;
  private static final int BULK_BYTES = 1 << 20;
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private EventBus bus;
  private final Histogram roundTrips = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
  private String phase;
  private long phaseStart;
  private long lastReport;
  private int done;

  @Override
  public Future<?> start() {
    bus = vertx.eventBus();
    run().onFailure(e -> print(new JsonObject().put("failure", Cli.explain(e))));
    return Future.succeededFuture();
  }

  private Future<?> run() {
    return begin("send")
        .compose(v -> batches(SENDS, i -> bus.send("demo.send", body(i))))
        .compose(v -> begin("publish"))
        .compose(v -> batches(PUBLISHES, i -> bus.publish("demo.publish", body(i))))
        .compose(v -> begin("request"))
        .compose(v -> requests(REQUESTS, this::body))
        .compose(v -> begin("request 1 MiB"))
        .compose(v -> requests(BULK_REQUESTS, this::bulk))
        .compose(v -> report());
  }

  private Object body(int number) {
    return number % 2 == 0 ? Integer.toString(number) : new JsonObject().put("number", number);
  }

  private Object bulk(int number) {
    byte[] bytes = new byte[BULK_BYTES];
    bytes[number] = 1;
    return Buffer.buffer(bytes);
  }

  private Future<Void> begin(String name) {
    phase = name;
    done = 0;
    roundTrips.reset();
    phaseStart = System.nanoTime();
    lastReport = phaseStart;
    return Future.succeededFuture();
  }

  // Writes a batch, then one request that is answered when everything before it has been read.
  private Future<Void> batches(int count, IntConsumer write) {
    Promise<Void> promise = Promise.promise();
    batch(0, count, write, promise);
    return promise.future();
  }

  private void batch(int from, int count, IntConsumer write, Promise<Void> promise) {
    if (from >= count) {
      progress(true);
      promise.complete();
      return;
    }
    int to = Math.min(count, from + BATCH);
    for (int i = from; i < to; i++) {
      write.accept(i);
    }
    bus.request("demo.echo", to)
        .onSuccess(
            reply -> {
              done = to;
              progress(false);
              batch(to, count, write, promise);
            })
        .onFailure(promise::fail);
  }

  private Future<Void> requests(int count, IntFunction<Object> body) {
    Promise<Void> promise = Promise.promise();
    request(0, count, body, promise);
    return promise.future();
  }

  private void request(int number, int count, IntFunction<Object> body, Promise<Void> promise) {
    if (number == count) {
      progress(true);
      promise.complete();
      return;
    }
    Object sent = body.apply(number);
    long start = System.nanoTime();
    bus.<Object>request("demo.echo", sent)
        .onSuccess(
            reply -> {
              roundTrips.recordValue(System.nanoTime() - start);
              if (!sent.equals(reply.body())) {
                promise.fail("The reply to request " + number + " is not what was sent");
                return;
              }
              done = number + 1;
              progress(false);
              request(number + 1, count, body, promise);
            })
        .onFailure(promise::fail);
  }

  private void progress(boolean last) {
    long now = System.nanoTime();
    if (last || now - lastReport > REPORT_NANOS) {
      lastReport = now;
      JsonObject line =
          new JsonObject()
              .put("phase", phase)
              .put("messages", done)
              .put("perSecond", done * 1_000_000_000L / Math.max(1, now - phaseStart))
              .put("last", last);
      if (roundTrips.getTotalCount() > 0) {
        line.put("p50", roundTrips.getValueAtPercentile(50) / 1e3)
            .put("p99", roundTrips.getValueAtPercentile(99) / 1e3)
            .put("p999", roundTrips.getValueAtPercentile(99.9) / 1e3);
      }
      print(line);
    }
  }

  private Future<?> report() {
    JsonObject counts = new JsonObject().put("sends", SENDS).put("publishes", PUBLISHES);
    return bus.<JsonObject>request("demo.report", counts)
        .onSuccess(reply -> print(new JsonObject().put("report", reply.body())));
  }

  // This prints a short line now and then into a pipe that the parent reads, so it does not block.
  private static void print(JsonObject line) {
    System.out.println(line.encode());
  }
}
