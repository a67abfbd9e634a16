package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/** Uses the event bus as any user does. */
record EventBusLane(EventBus bus) implements Lane {
  @Override
  public void send(Object body) {
    bus.send(SINK, body);
  }

  @Override
  public Future<Long> count(Object body) {
    return bus.request(SINK, body).map(m -> countIn(m.body()));
  }

  /** The sink answers in JSON to JSON. */
  private static Long countIn(Object reply) {
    return reply instanceof JsonObject json ? json.getLong("count") : (Long) reply;
  }

  @Override
  public Future<?> echo(Object body) {
    return bus.request(ECHO, body);
  }

  @Override
  public void publish(Object body) {
    bus.publish(NEWS, body);
  }
}
