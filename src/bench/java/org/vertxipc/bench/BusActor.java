package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A client or a server of a contender, or a node or a Vert.x that has nothing to do. */
final class BusActor implements Actor {
  private static final long TIMEOUT_SECONDS = 20;

  private final Station station;

  BusActor(JsonObject config) throws Exception {
    Path directory = Path.of(config.getString("directory"));
    int index = config.getInteger("index", 0);
    String role = config.getString("role");
    Station connected = null;
    switch (role) {
      case "server" -> await(Contenders.of(config.getString("contender"), directory).serve(index));
      case "client" ->
          connected =
              await(
                  Contenders.of(config.getString("contender"), directory)
                      .connect(config.getInteger("servers", 1)));
      case "idle" -> {
        for (int i = 0; i < config.getInteger("nodes"); i++) {
          await(
              new IpcContender(config.getString("transport", "shm"), "park", true, directory)
                  .idle(index + i));
        }
      }
      case "plain" -> await(Contexts.on(Contenders.vertx(), c -> Future.succeededFuture()));
      default -> throw new IllegalArgumentException("No role '" + role + "'");
    }
    station = connected;
  }

  @Override
  public JsonObject handle(JsonObject command) throws Exception {
    Work work = Work.of(command.getJsonObject("work"));
    long nanos = command.getLong("millis") * 1_000_000;
    Context context = work.caller() == Work.Caller.OTHER ? station.other() : station.same();
    Lane lane = work.caller() == Work.Caller.DIRECT ? station.direct() : station.lane();
    return await(
        on(
            context,
            () ->
                switch (work.kind()) {
                  case BATCH, SEND -> Flood.run(lane, work, nanos);
                  case REQUEST -> Requests.closed(lane, work, nanos);
                  case PACED -> Requests.paced(context, lane, work, nanos);
                  case STEADY -> Steady.run(station.vertx(), lane, work, nanos);
                  case PUBLISH -> Publishing.run(station.vertx(), lane, work, nanos);
                }));
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> task.get().onComplete(promise));
    return promise.future();
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
