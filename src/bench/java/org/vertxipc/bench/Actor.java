package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;

/** What a process of the benchmark does on command. */
interface Actor {
  /** Does one thing, on the main thread, and returns the figures. */
  JsonObject handle(JsonObject command) throws Exception;
}
