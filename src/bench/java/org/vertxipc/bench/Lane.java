package org.vertxipc.bench;

import io.vertx.core.Future;

/** How a contender's client reaches the consumers of the other process. */
interface Lane {
  String SINK = "bench.sink";
  String ECHO = "bench.echo";
  String NEWS = "bench.news";
  String DONE = "bench.done";

  /** Sends a message that the sink counts. */
  void send(Object body);

  /** Sends a message that the sink counts, and returns the count. */
  Future<Long> count(Object body);

  /** Asks for the same body back. */
  Future<?> echo(Object body);

  /** Publishes to every server. */
  void publish(Object body);
}
