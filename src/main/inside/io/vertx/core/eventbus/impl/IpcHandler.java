package io.vertx.core.eventbus.impl;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * A handler of the event bus that takes messages on the sender's thread, as they leave: it stands
 * for consumers in other processes. This class also gives access to what the event bus shows only
 * to its own package.
 *
 * <p>This class is compiled separately, kept as a resource, and defined in the package of Vert.x
 * when it is first needed ({@code org.vertxipc.eventbus.Inside}). It names classes of the JDK and
 * of Vert.x only. Any change that makes an older version of this class unusable must also change
 * its name, because an older one may be defined already.
 */
final class IpcHandler extends HandlerRegistration<Object> {
  private final Consumer<Object> sink;
  private Consumer<Promise<Void>> remover;

  private IpcHandler(
      ContextInternal context, EventBusImpl bus, String address, Consumer<Object> sink) {
    super(context, bus, address, false);
    this.sink = sink;
  }

  // The event bus calls this on the sender's thread, with a copy of the message made for it.
  @Override
  void receive(MessageImpl msg) {
    sink.accept(msg);
  }

  @Override
  protected void doReceive(Message<Object> m) {
    throw new IllegalStateException("a message was not taken by receive");
  }

  @Override
  protected void dispatchMessage(Message<Object> m, ContextInternal c, Handler<Message<Object>> h) {
    throw new IllegalStateException("a message was not taken by receive");
  }

  @Override
  public Future<Void> unregister() {
    Promise<Void> done = Promise.promise();
    Consumer<Promise<Void>> once;
    synchronized (this) {
      once = remover;
      remover = null;
    }
    if (once == null) {
      done.complete();
    } else {
      once.accept(done);
    }
    return done.future();
  }

  static HandlerRegistration<?> open(
      ContextInternal context,
      EventBusImpl bus,
      String address,
      boolean broadcast,
      Consumer<Object> sink,
      Promise<Void> done) {
    IpcHandler h = new IpcHandler(context, bus, address, sink);
    // This does not call register, which would tell the metrics of a consumer that does not exist.
    Consumer<Promise<Void>> remover = bus.addRegistration(address, h, broadcast, false, done);
    synchronized (h) {
      h.remover = remover;
    }
    return h;
  }

  static void receive(HandlerRegistration<?> r, MessageImpl<?, ?> m) {
    r.receive(m);
  }

  static boolean fail(HandlerRegistration<?> r, ReplyException e) {
    if (r instanceof ReplyHandler) {
      ((ReplyHandler<?>) r).fail(e);
      return true;
    }
    return false;
  }

  static boolean isRemote(HandlerRegistration<?> r) {
    return r instanceof IpcHandler;
  }

  static ConcurrentMap<?, ?> handlers(EventBusImpl b) {
    return b.handlerMap;
  }

  static CodecManager codecs(EventBusImpl b) {
    return b.codecManager;
  }

  static MultiMap headers(MessageImpl<?, ?> m) {
    return m.headers;
  }

  static Object sentBody(MessageImpl<?, ?> m) {
    return m.sentBody;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static void setCodec(MessageImpl m, io.vertx.core.eventbus.MessageCodec c) {
    m.messageCodec = c;
  }
}
