package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

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

  /** The headers, or null: to ask the message itself makes an object for headers it has none of. */
  MultiMap headersOf(Message<?> message) {
    return message.headers();
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
    private static final VarHandle HEADERS = headers();

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

    /** Null where the module system lets us not look: then it costs an object a message. */
    private static VarHandle headers() {
      try {
        return MethodHandles.privateLookupIn(MessageImpl.class, MethodHandles.lookup())
            .findVarHandle(MessageImpl.class, "headers", MultiMap.class);
      } catch (ReflectiveOperationException e) {
        log.debug("Headers are asked of each message", e);
        return null;
      }
    }

    @Override
    MultiMap headersOf(Message<?> message) {
      // A clustered message keeps its headers elsewhere.
      return HEADERS != null && message.getClass() == MessageImpl.class
          ? (MultiMap) HEADERS.get((MessageImpl<?, ?>) message)
          : message.headers();
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
