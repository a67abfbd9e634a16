package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** Makes contexts as verticles get them. */
final class Contexts {
  private Contexts() {}

  /** Does something on the context of a new verticle, and returns the context. */
  static Future<Context> on(Vertx vertx, Function<Context, Future<?>> task) {
    Context[] given = new Context[1];
    return vertx
        .deployVerticle(
            context -> {
              given[0] = context;
              return task.apply(context);
            })
        .map(id -> given[0]);
  }
}
