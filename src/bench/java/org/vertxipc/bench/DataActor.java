package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** A member of a cluster that uses maps, counters and locks, or is only there. */
final class DataActor implements Actor {
  private static final long TIMEOUT_SECONDS = 60;
  private static final int KEYS = 1_000;
  private static final int JOINS = 5;
  private static final long RETRY_MILLIS = 2;
  private static final long HIGHEST = TimeUnit.SECONDS.toNanos(60);

  private final ClusteredContender contender;
  private Station station;
  private AsyncMap<String, String> map;
  private Counter counter;

  DataActor(JsonObject config) throws Exception {
    Path directory = Path.of(config.getString("directory"));
    contender = (ClusteredContender) Contenders.of(config.getString("contender"), directory);
    if (config.getString("role").equals("server")) {
      await(contender.serve(config.getInteger("index", 0)));
    } else {
      station = await(contender.connect(config.getInteger("servers", 1)));
      map = await(station.vertx().sharedData().getAsyncMap("bench.map"));
      counter = await(station.vertx().sharedData().getCounter("bench.counter"));
      for (int i = 0; i < KEYS; i++) {
        await(map.put(key(i), "value"));
      }
    }
  }

  @Override
  public JsonObject handle(JsonObject command) throws Exception {
    long nanos = TimeUnit.MILLISECONDS.toNanos(command.getLong("millis"));
    return switch (command.getString("what")) {
      case "put" -> inTurn(nanos, i -> map.put(key(i), "value " + i));
      case "get" -> inTurn(nanos, i -> map.get(key(i)));
      case "increment" -> inTurn(nanos, i -> counter.incrementAndGet());
      case "lock" -> inTurn(nanos, i -> lock());
      case "join" -> joins();
      default -> throw new IllegalArgumentException(command.encode());
    };
  }

  private static String key(int i) {
    return "key " + i % KEYS;
  }

  private Future<?> lock() {
    return station.vertx().sharedData().getLock("bench.lock").onSuccess(Lock::release);
  }

  /** Does one after the other, on an event loop. */
  private JsonObject inTurn(long nanos, Function<Integer, Future<?>> what) throws Exception {
    Promise<JsonObject> promise = Promise.promise();
    Turns turns = new Turns(station.same(), what, System.nanoTime() + nanos, promise);
    station.same().runOnContext(v -> turns.next());
    return await(promise.future());
  }

  private static final class Turns {
    // After so many, other tasks of the loop have their turn, and the stack is empty again.
    private static final int AT_ONCE = 16;

    private final Context context;
    private final Function<Integer, Future<?>> what;
    private final long start = System.nanoTime();
    private final long end;
    private final Promise<JsonObject> promise;
    private final Histogram histogram = new Histogram(HIGHEST, 3);
    private int done;

    private Turns(
        Context context, Function<Integer, Future<?>> what, long end, Promise<JsonObject> promise) {
      this.context = context;
      this.what = what;
      this.end = end;
      this.promise = promise;
    }

    private void next() {
      long began = System.nanoTime();
      if (began >= end && done > 0) {
        double seconds = (began - start) / 1e9;
        promise.complete(Requests.latencies(histogram).put("rate", done / seconds));
        return;
      }
      what.apply(done)
          .onComplete(
              result -> {
                if (result.failed()) {
                  promise.fail(result.cause());
                  return;
                }
                histogram.recordValue(Math.min(HIGHEST, System.nanoTime() - began));
                done++;
                if (done % AT_ONCE == 0) {
                  context.runOnContext(v -> next());
                } else {
                  next();
                }
              });
    }
  }

  /** One more node comes, asks the server, and goes, again and again. */
  private JsonObject joins() throws Exception {
    Histogram histogram = new Histogram(HIGHEST, 3);
    for (int i = 0; i < JOINS; i++) {
      long began = System.nanoTime();
      Vertx vertx = await(contender.visitor());
      ask(vertx);
      histogram.recordValue(System.nanoTime() - began);
      await(vertx.close());
    }
    return Requests.latencies(histogram);
  }

  private static void ask(Vertx vertx) throws Exception {
    while (true) {
      try {
        await(vertx.eventBus().request(Lane.ECHO, "hello"));
        return;
      } catch (ExecutionException e) {
        // The node does not yet know who is there.
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
