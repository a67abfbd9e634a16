package org.vertxipc.eventbus;

import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.eventbus.impl.SendContext;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * The only class that touches internals of Vert.x: package-private members of its event bus,
 * through a class that is defined in that package. On the class path nothing else is needed; on the
 * module path the JVM needs {@link #FLAG}.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
final class Inside {
  /** What the JVM needs on the module path. */
  static final String FLAG =
      "--add-opens io.vertx.core/io.vertx.core.eventbus.impl=" + moduleName();

  private static final Logger log = LoggerFactory.getLogger(Inside.class);

  private Inside() {}

  private static String moduleName() {
    String name = Inside.class.getModule().getName();
    return name == null ? "ALL-UNNAMED" : name;
  }

  /**
   * Fails when the event bus can't be reached, and says what to do about it.
   *
   * @throws IllegalStateException naming the JVM flag, or the version of Vert.x that is not known
   */
  static void require(Vertx vertx) {
    Module theirs = vertx.eventBus().getClass().getModule();
    // This is checked first, because touching a subclass of a class that is not exported throws an
    // IllegalAccessError.
    if (!theirs.isOpen("io.vertx.core.eventbus.impl", Inside.class.getModule())) {
      throw new IllegalStateException("On the module path the bridge needs the JVM flag " + FLAG);
    }
    try {
      Members.load();
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new IllegalStateException(
          "The event bus of this version of Vert.x is not known: " + e.getMessage(), e);
    }
  }

  static HandlerRegistration<?> open(
      ContextInternal context,
      EventBusImpl bus,
      String address,
      boolean broadcast,
      Consumer<Object> sink,
      Promise<Void> done) {
    try {
      return (HandlerRegistration<?>)
          Members.OPEN.invokeExact(context, bus, address, broadcast, sink, done);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  static void receive(HandlerRegistration<?> handler, MessageImpl<?, ?> message) {
    try {
      Members.RECEIVE.invokeExact((HandlerRegistration) handler, (MessageImpl) message);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Returns the context on which a handler is called. */
  static ContextInternal context(HandlerRegistration<?> handler) {
    try {
      return (ContextInternal) Members.CONTEXT.invokeExact((HandlerRegistration) handler);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * Fails the request that a reply handler waits for; returns false when it is not a reply handler.
   */
  static boolean fail(HandlerRegistration<?> handler, ReplyException failure) {
    try {
      return (boolean) Members.FAIL.invokeExact((HandlerRegistration) handler, failure);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * The same, on the context of the requester, after what that context does now: the event bus
   * gives the reply handler the span of the request, which is to end, after it has sent the
   * request.
   */
  static void failOnItsContext(HandlerRegistration<?> handler, ReplyException failure) {
    context(handler).runOnContext(v -> fail(handler, failure));
  }

  /** Returns whether a handler was made by {@link #open}. */
  static boolean isRemote(HandlerRegistration<?> handler) {
    try {
      return (boolean) Members.IS_REMOTE.invokeExact((HandlerRegistration) handler);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * Returns the handlers of each address; a value is immutable, and a change puts another object in
   * its place.
   */
  static ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers(EventBusImpl bus) {
    try {
      return (ConcurrentMap) (ConcurrentMap<?, ?>) Members.HANDLERS.invokeExact(bus);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  static CodecManager codecs(EventBusImpl bus) {
    try {
      return (CodecManager) Members.CODECS.invokeExact(bus);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * Returns the headers, null when there are none: the message's own method would create an object
   * for them.
   */
  static MultiMap headers(MessageImpl<?, ?> message) {
    try {
      return (MultiMap) Members.HEADERS.invokeExact((MessageImpl) message);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /**
   * Returns the body that the sender gave: its codec may give consumers an object of another type.
   */
  static Object sentBody(MessageImpl<?, ?> message) {
    try {
      return (Object) Members.SENT_BODY.invokeExact((MessageImpl) message);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  static void setCodec(MessageImpl<?, ?> message, MessageCodec<?, ?> codec) {
    try {
      Members.SET_CODEC.invokeExact((MessageImpl) message, (MessageCodec) codec);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static RuntimeException unchecked(Throwable t) {
    if (t instanceof RuntimeException e) {
      throw e;
    }
    if (t instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(t);
  }

  /** The members are constants, so that calls are inlined. */
  private static final class Members {
    private static final String NAME = "io.vertx.core.eventbus.impl.IpcHandler";
    private static final Class<?> HANDLER = HandlerRegistration.class;
    private static final MethodHandles.Lookup LOOKUP = define();
    static final MethodHandle OPEN =
        find(
            "open",
            HANDLER,
            ContextInternal.class,
            EventBusImpl.class,
            String.class,
            boolean.class,
            Consumer.class,
            Promise.class);
    static final MethodHandle CONTEXT = findContext();
    static final MethodHandle RECEIVE = find("receive", void.class, HANDLER, MessageImpl.class);
    static final MethodHandle FAIL = find("fail", boolean.class, HANDLER, ReplyException.class);
    static final MethodHandle IS_REMOTE = find("isRemote", boolean.class, HANDLER);
    static final MethodHandle HANDLERS = find("handlers", ConcurrentMap.class, EventBusImpl.class);
    static final MethodHandle CODECS = find("codecs", CodecManager.class, EventBusImpl.class);
    static final MethodHandle HEADERS = find("headers", MultiMap.class, MessageImpl.class);
    static final MethodHandle SENT_BODY = find("sentBody", Object.class, MessageImpl.class);
    static final MethodHandle SET_CODEC =
        find("setCodec", void.class, MessageImpl.class, MessageCodec.class);

    private Members() {}

    static void load() {
      // Initialising this class is all that is needed.
    }

    private static MethodHandles.Lookup define() {
      try (InputStream in = Inside.class.getResourceAsStream("IpcHandler.bin")) {
        if (in == null) {
          throw new IllegalStateException("IpcHandler.bin is not beside " + Inside.class);
        }
        byte[] bytes = in.readAllBytes();
        // A hidden class will not do: across modules it needs more than --add-opens grants.
        MethodHandles.Lookup theirs =
            MethodHandles.privateLookupIn(EventBusImpl.class, MethodHandles.lookup());
        Class<?> defined;
        try {
          defined = theirs.defineClass(bytes);
        } catch (LinkageError e) {
          // Another class loader with this library over the same Vert.x has defined it already.
          defined = Class.forName(NAME, true, EventBusImpl.class.getClassLoader());
        }
        return theirs.in(defined);
      } catch (IOException | ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static MethodHandle findContext() {
      try {
        return LOOKUP.findGetter(HANDLER, "context", ContextInternal.class);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static MethodHandle find(String name, Class<?> result, Class<?>... arguments) {
      try {
        return LOOKUP.findStatic(
            LOOKUP.lookupClass(), name, MethodType.methodType(result, arguments));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * The options of a message that was given to {@code send}: a delivery context has them in a field
   * of the object that it will run. Where a version of Vert.x differs, they are unknown.
   */
  static final class Senders {
    private static final MethodHandle DISPATCH = find("dispatch", Object.class);
    private static final MethodHandle INTERCEPTORS = find("interceptors", Object[].class);
    private static volatile Class<?> seen;

    private Senders() {}

    private static MethodHandle find(String field, Class<?> as) {
      try {
        Class<?> type = Class.forName("io.vertx.core.eventbus.impl.DeliveryContextImpl");
        MethodHandles.Lookup theirs = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        return theirs
            .unreflectGetter(type.getDeclaredField(field))
            .asType(MethodType.methodType(as, Object.class));
      } catch (ReflectiveOperationException | RuntimeException e) {
        log.warn("setLocalOnly can't be read from messages in this version of Vert.x: " + e);
        return null;
      }
    }

    /** Returns whether this version of Vert.x is known. */
    static boolean isKnown() {
      return DISPATCH != null;
    }

    /**
     * This is a constant once the first message has shown the class, because all messages come from
     * one call site.
     */
    private static final class Captured {
      static final Class<?> LAMBDA = seen;
      static final MethodHandle CONTEXT = context(seen);

      private static MethodHandle context(Class<?> lambda) {
        try {
          for (Field f : lambda.getDeclaredFields()) {
            if (SendContext.class.isAssignableFrom(f.getType())) {
              MethodHandles.Lookup theirs =
                  MethodHandles.privateLookupIn(lambda, MethodHandles.lookup());
              return theirs
                  .unreflectGetter(f)
                  .asType(MethodType.methodType(SendContext.class, Object.class));
            }
          }
          log.warn("setLocalOnly can't be read from messages: no SendContext in " + lambda);
        } catch (ReflectiveOperationException | RuntimeException e) {
          log.warn("setLocalOnly can't be read from messages in this version of Vert.x: " + e);
        }
        return null;
      }
    }

    /**
     * Returns whether an interceptor is the only one that a message that is about to leave meets.
     */
    static boolean isAlone(Object deliveryContext, Object interceptor) {
      if (INTERCEPTORS == null) {
        return false;
      }
      try {
        Object[] all = (Object[]) INTERCEPTORS.invokeExact(deliveryContext);
        return all.length == 1 && all[0] == interceptor;
      } catch (Throwable t) {
        throw unchecked(t);
      }
    }

    /** Returns whether a message that is about to leave was sent with {@code setLocalOnly}. */
    static boolean isLocalOnly(Object deliveryContext) {
      try {
        Object lambda = (Object) DISPATCH.invokeExact(deliveryContext);
        if (seen == null) {
          seen = lambda.getClass();
        }
        if (lambda.getClass() != Captured.LAMBDA || Captured.CONTEXT == null) {
          return false;
        }
        return ((SendContext<?>) (SendContext) Captured.CONTEXT.invokeExact(lambda))
            .options.isLocalOnly();
      } catch (Throwable t) {
        throw unchecked(t);
      }
    }
  }
}
