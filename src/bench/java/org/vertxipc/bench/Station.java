package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * A contender's client, connected.
 *
 * @param vertx its Vert.x
 * @param same the context on which its transport runs, or the only one
 * @param other a context on another event loop
 * @param lane how to send
 * @param direct like lane, but past the local event bus; null when there is no such way
 */
record Station(Vertx vertx, Context same, Context other, Lane lane, Lane direct) {}
