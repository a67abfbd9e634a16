package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import org.vertxipc.testing.FramePath;

/** Measures the path of a message's frame, without the event bus at either end. */
final class FramesActor implements Actor {
  private final FramePath path = new FramePath();

  @Override
  public JsonObject handle(JsonObject command) {
    FramePath.Figures figures = path.run(command.getLong("millis") * 1_000_000);
    return new JsonObject()
        .put("rate", figures.rate())
        .put("messages", figures.messages())
        .put("bytesPerMessage", figures.bytesPerMessage());
  }
}
