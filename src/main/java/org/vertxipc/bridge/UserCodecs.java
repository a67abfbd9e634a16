package org.vertxipc.bridge;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;

/**
 * The codecs that users registered with the event bus. Vert.x has no public way to ask for them, so
 * this one class uses its implementation. On the module path that needs {@code --add-exports
 * io.vertx.core/io.vertx.core.eventbus.impl=org.vertxipc}; without it, messages with such codecs
 * fail with a message that says so, and all others work.
 */
class UserCodecs {
  private static final Logger log = LoggerFactory.getLogger(UserCodecs.class);

  /** What is needed when Vert.x's implementation is out of reach. */
  private static final String ADVICE =
      "run with --add-exports io.vertx.core/io.vertx.core.eventbus.impl=org.vertxipc";

  private UserCodecs() {}

  static UserCodecs of(Vertx vertx) {
    try {
      return new Reachable(vertx);
    } catch (IllegalAccessError | NoClassDefFoundError | ClassCastException e) {
      log.info("Codecs registered by users can't be reached: " + ADVICE + " (" + e + ")");
      return new UserCodecs();
    }
  }

  /** The codec with which a message was sent, or null when Vert.x's own did. */
  MessageCodec<?, ?> codecOf(Message<?> message) {
    return null;
  }

  /** What the sender gave: a codec may hand consumers an object of another type. */
  Object sentBody(Message<?> message) {
    return message.body();
  }

  /** The codec of that name, or null when none is registered. */
  MessageCodec<?, ?> find(String name) {
    throw new IllegalStateException("Codec '" + name + "' can't be reached: " + ADVICE);
  }

  private static final class Reachable extends UserCodecs {
    private final EventBusImpl bus;

    Reachable(Vertx vertx) {
      this.bus = (EventBusImpl) vertx.eventBus();
    }

    @Override
    MessageCodec<?, ?> codecOf(Message<?> message) {
      MessageCodec<?, ?> codec = ((MessageImpl<?, ?>) message).codec();
      return codec == null || codec.systemCodecID() >= 0 || codec instanceof MovedCodec
          ? null
          : codec;
    }

    @Override
    Object sentBody(Message<?> message) {
      return new Sent<>((MessageImpl<?, ?>) message).body;
    }

    @Override
    MessageCodec<?, ?> find(String name) {
      try {
        return bus.createMessage(true, true, name, null, "", name).codec();
      } catch (IllegalArgumentException e) {
        return null; // This is how the event bus says that there is none.
      }
    }
  }

  /** A copy of a message sees what was sent. */
  private static final class Sent<U, V> extends MessageImpl<U, V> {
    private final Object body;

    Sent(MessageImpl<U, V> message) {
      super(message);
      this.body = sentBody;
    }
  }
}
