package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;

/** Checks that every message arrives exactly once and in order, and answers requests. */
final class DemoConsumer extends VerticleBase {
  private final Stream sends = new Stream();
  private final Stream publishes = new Stream();

  @Override
  public Future<?> start() {
    return Future.all(
            vertx.eventBus().consumer("demo.send", sends::onMessage).completion(),
            vertx.eventBus().consumer("demo.publish", publishes::onMessage).completion(),
            vertx.eventBus().consumer("demo.echo", m -> m.reply(m.body())).completion(),
            vertx.eventBus().<JsonObject>consumer("demo.report", this::report).completion())
        .compose(
            all -> vertx.eventBus().consumer("demo.ready", m -> m.reply(m.body())).completion());
  }

  private void report(Message<JsonObject> message) {
    message.reply(
        new JsonObject()
            .put("sends", sends.report(message.body().getInteger("sends")))
            .put("publishes", publishes.report(message.body().getInteger("publishes"))));
  }

  /** The numbers that arrived at one address. */
  private static final class Stream {
    private final BitSet seen = new BitSet();
    private int next;
    private int duplicated;
    private int outOfOrder;

    void onMessage(Message<Object> message) {
      int number =
          message.body() instanceof JsonObject o
              ? o.getInteger("number")
              : ((Buffer) message.body()).getInt(0);
      if (seen.get(number)) {
        duplicated++;
      } else if (number != next) {
        outOfOrder++;
      }
      seen.set(number);
      next = number + 1;
    }

    JsonObject report(int sent) {
      return new JsonObject()
          .put("received", seen.cardinality())
          .put("lost", sent - seen.cardinality())
          .put("duplicated", duplicated)
          .put("outOfOrder", outOfOrder);
    }
  }
}
