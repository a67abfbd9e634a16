package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.streams.WriteStream;
import org.vertxipc.bridge.Outlet;
import org.vertxipc.options.MappedOptions;

/**
 * A stream of messages to an address of peers, as {@code MessageProducer} is to one of the event
 * bus, with back-pressure. A write succeeds when the message is in the channel or its bounded
 * queue: the receiver may still die before it takes it. To a node that receives by {@code mapped}
 * it succeeds when the message is in the store, as durable as {@link MappedOptions#getFsync} asks
 * for. May be used on any thread; writes of one thread are sent in order.
 */
public final class IpcProducer implements WriteStream<Object> {
  private final Outlet outlet;
  private Handler<Throwable> exceptionHandler;

  IpcProducer(Outlet outlet) {
    this.outlet = outlet;
  }

  /**
   * Writes a message.
   *
   * @param body of a type that Vert.x knows; it must not be changed afterwards, as with any stream
   * @return succeeds as described above; fails with a {@link ReplyException}: {@code NO_HANDLERS}
   *     when no peer exports the address, otherwise a code of {@link IpcBridge}
   */
  @Override
  public Future<Void> write(Object body) {
    return write(null, body);
  }

  /**
   * Writes a message with headers.
   *
   * @param headers may be null
   * @param body of a type that Vert.x knows
   * @return as {@link #write(Object)}
   */
  public Future<Void> write(MultiMap headers, Object body) {
    Future<Void> written = outlet.write(headers, body);
    Handler<Throwable> handler = exceptionHandler;
    return handler == null ? written : written.onFailure(handler);
  }

  @Override
  public IpcProducer exceptionHandler(Handler<Throwable> handler) {
    this.exceptionHandler = handler;
    return this;
  }

  /**
   * Ends the stream, but not the address or the channel.
   *
   * @return succeeds at once
   */
  @Override
  public Future<Void> end() {
    outlet.close();
    return Future.succeededFuture();
  }

  /**
   * Sets how many writes may be handed over to the bridge's event loop before the queue counts as
   * full.
   *
   * @param maxSize 1 or more, 1024 by default
   * @return this
   */
  @Override
  public IpcProducer setWriteQueueMaxSize(int maxSize) {
    if (maxSize < 1) {
      throw new IllegalArgumentException("maxSize " + maxSize + ": 1 or more is needed");
    }
    outlet.setMaxUnderWay(maxSize);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return outlet.isFull();
  }

  /**
   * Sets a handler that is called once when there is room again.
   *
   * @param handler called on the caller's context, then forgotten
   * @return this
   */
  @Override
  public IpcProducer drainHandler(Handler<Void> handler) {
    outlet.drainHandler(handler);
    return this;
  }
}
