package org.vertxipc.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * A contender's client, connected.
 *
 * @param vertx its Vert.x
 * @param same the context that its transport runs on, or the only one
 * @param other a context on another event loop
 * @param lane how to send
 * @param direct as lane, past the local event bus, or null when there is no such way
 */
record Station(Vertx vertx, Context same, Context other, Lane lane, Lane direct) {}
