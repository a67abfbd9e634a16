package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;

/** The event bus as any user uses it. */
record EventBusLane(EventBus bus) implements Lane {
  @Override
  public void send(Object body) {
    bus.send(SINK, body);
  }

  @Override
  public Future<Long> count(Object body) {
    return bus.<Long>request(SINK, body).map(m -> m.body());
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
