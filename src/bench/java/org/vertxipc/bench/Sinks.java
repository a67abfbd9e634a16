package org.vertxipc.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/** The consumers of a server. Each reads the body, as a user would. */
final class Sinks {
  /** A published buffer that ends with this byte asks each server to report that it arrived. */
  static final byte LAST = 1;

  /** The offset in the body of the number of the batch, which the report repeats. */
  static final int ID = 1;

  private final EventBus bus;
  private long count;
  private long seen;

  private Sinks(EventBus bus) {
    this.bus = bus;
  }

  /** Registers them on the caller's context. */
  static void register(EventBus bus) {
    Sinks sinks = new Sinks(bus);
    bus.consumer(Lane.SINK, sinks::sink);
    bus.consumer(Lane.ECHO, m -> m.reply(m.body()));
    bus.<Buffer>consumer(Lane.NEWS, sinks::news);
  }

  private void sink(Message<Object> message) {
    count++;
    Object body = message.body();
    boolean json = body instanceof JsonObject;
    seen += json ? ((JsonObject) body).size() : ((Buffer) body).getByte(0);
    if (message.replyAddress() != null) {
      message.reply(json ? new JsonObject().put("count", count) : (Object) count);
    }
  }

  private void news(Message<Buffer> message) {
    Buffer body = message.body();
    seen += body.getByte(0);
    if (body.getByte(body.length() - 1) == LAST) {
      // What was read is sent along, so that the compiler can't remove the reading.
      bus.send(Lane.DONE, (seen << 8) + body.getByte(ID));
    }
  }
}
