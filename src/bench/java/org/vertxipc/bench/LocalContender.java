package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The event bus within one process. */
final class LocalContender implements Contender {
  private final boolean sameContext;

  LocalContender(boolean sameContext) {
    this.sameContext = sameContext;
  }

  @Override
  public Future<Void> serve(int index) {
    return Future.failedFuture("There is no server: one process is all");
  }

  @Override
  public Future<Station> connect(int servers) {
    Vertx vertx = Contenders.vertx();
    return Contexts.on(
            vertx,
            context -> {
              Sinks.register(vertx.eventBus());
              return Future.succeededFuture();
            })
        .compose(
            consumers ->
                Contexts.on(vertx, context -> Future.succeededFuture())
                    .map(another -> station(vertx, sameContext ? consumers : another)));
  }

  private static Station station(Vertx vertx, Context caller) {
    return new Station(vertx, caller, caller, new EventBusLane(vertx.eventBus()), null);
  }
}
