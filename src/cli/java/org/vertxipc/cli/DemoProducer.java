package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Sends, publishes and requests over the plain event bus, and prints one JSON object per line:
 * progress now and then, and the report at the end. First it warms up, so that what is measured is
 * no longer the JVM's compiler.
 */
final class DemoProducer extends VerticleBase {
  private static final int BATCH = 500;
  private static final int WARM_REQUESTS = 50;
  // How many times as long as one measurement the warm-up takes.
  private static final int WARM_TIMES = 4;
  private static final int BODY_BYTES = 64;
  private static final int BULK_BYTES = 1 << 20;
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long phaseNanos;
  private EventBus bus;
  private final Histogram roundTrips = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
  private String phase;
  private long phaseStart;
  private long lastReport;
  private int done;
  private int sends;
  private int publishes;
  private int requests;

  /**
   * Creates a producer.
   *
   * @param phaseNanos how long each measurement takes
   */
  DemoProducer(long phaseNanos) {
    this.phaseNanos = phaseNanos;
  }

  @Override
  public Future<?> start() {
    bus = vertx.eventBus();
    run().onFailure(e -> print(new JsonObject().put("failure", Cli.explain(e))));
    return Future.succeededFuture();
  }

  private Future<?> run() {
    return phase("warm-up", WARM_TIMES * phaseNanos, this::everything)
        .compose(v -> phase("send", phaseNanos, () -> batch(this::send)))
        .compose(v -> phase("publish", phaseNanos, () -> batch(this::publish)))
        .compose(v -> phase("send JSON", phaseNanos, () -> batch(this::sendJson)))
        .compose(v -> phase("request", phaseNanos, () -> request(small(requests))))
        .compose(v -> phase("request 1 MiB", phaseNanos, () -> request(bulk(requests))))
        .compose(v -> report());
  }

  /** One after the other of all that is measured later. */
  private Future<Integer> everything() {
    return batch(this::send)
        .compose(n -> batch(this::publish))
        .compose(n -> batch(this::sendJson))
        .compose(n -> warmRequests(0))
        .compose(n -> request(bulk(requests)))
        .map(3 * BATCH + WARM_REQUESTS + 1);
  }

  private Future<Integer> warmRequests(int number) {
    Future<Integer> asked = request(small(requests));
    return number == WARM_REQUESTS - 1 ? asked : asked.compose(n -> warmRequests(number + 1));
  }

  private static Buffer small(int number) {
    return Buffer.buffer(new byte[BODY_BYTES]).setInt(0, number);
  }

  private static Buffer bulk(int number) {
    return Buffer.buffer(new byte[BULK_BYTES]).setInt(0, number);
  }

  private void send() {
    bus.send("demo.send", small(sends++));
  }

  private void sendJson() {
    JsonObject order =
        new JsonObject()
            .put("number", sends++)
            .put("item", "tea")
            .put("price", 4.5)
            .put("ok", true);
    bus.send("demo.send", order);
  }

  private void publish() {
    bus.publish("demo.publish", small(publishes++));
  }

  /** Repeats something, which results in how many messages that were, for a time. */
  private Future<Void> phase(String name, long nanos, Supplier<Future<Integer>> step) {
    phase = name;
    done = 0;
    roundTrips.reset();
    phaseStart = System.nanoTime();
    lastReport = phaseStart;
    Promise<Void> promise = Promise.promise();
    repeat(phaseStart + nanos, step, promise);
    return promise.future();
  }

  private void repeat(long end, Supplier<Future<Integer>> step, Promise<Void> promise) {
    step.get()
        .onSuccess(
            count -> {
              done += count;
              boolean last = System.nanoTime() - end >= 0;
              progress(last);
              if (last) {
                promise.complete();
              } else {
                repeat(end, step, promise);
              }
            })
        .onFailure(promise::fail);
  }

  // Writes a batch, then one request that is answered when everything before it has been read.
  private Future<Integer> batch(Runnable write) {
    for (int i = 0; i < BATCH; i++) {
      write.run();
    }
    return bus.request("demo.echo", BATCH).map(BATCH);
  }

  private Future<Integer> request(Buffer body) {
    int number = requests++;
    long start = System.nanoTime();
    return bus.<Object>request("demo.echo", body)
        .compose(
            reply -> {
              roundTrips.recordValue(System.nanoTime() - start);
              return body.equals(reply.body())
                  ? Future.succeededFuture(1)
                  : Future.failedFuture("The reply to request " + number + " is not what was sent");
            });
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
      if (phase.startsWith("request")) {
        line.put("p50", roundTrips.getValueAtPercentile(50) / 1e3)
            .put("p99", roundTrips.getValueAtPercentile(99) / 1e3)
            .put("p999", roundTrips.getValueAtPercentile(99.9) / 1e3);
      }
      print(line);
    }
  }

  private Future<?> report() {
    JsonObject counts = new JsonObject().put("sends", sends).put("publishes", publishes);
    return bus.<JsonObject>request("demo.report", counts)
        .onSuccess(
            reply ->
                print(new JsonObject().put("report", reply.body().put("sent", sends + publishes))));
  }

  // This prints a short line now and then into a pipe that the parent reads, so it does not block.
  private static void print(JsonObject line) {
    System.out.println(line.encode());
  }
}
