package org.vertxipc.bridge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes to an address of peers and says when to wait. Writes are handed over to the bridge's
 * context; those under way count as queued. May be used on any thread.
 */
public final class Outlet {
  private final Bridge bridge;
  private final VertxInternal vertx;
  private final ContextInternal bridgeContext;
  private final String address;
  private final boolean publish;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile int maxUnderWay = 1024;
  private volatile boolean peerFull;
  private volatile Handler<Void> drainHandler;
  private volatile Context drainContext;
  // Of the bridge's context.
  private List<Remote> targets = List.of();
  private int turn;

  Outlet(
      Bridge bridge,
      VertxInternal vertx,
      ContextInternal bridgeContext,
      String address,
      boolean publish) {
    this.bridge = bridge;
    this.vertx = vertx;
    this.bridgeContext = bridgeContext;
    this.address = address;
    this.publish = publish;
  }

  /**
   * Writes a message.
   *
   * @param headers may be null
   * @param body of a type that Vert.x knows
   * @return done when it is in the channel or its bounded queue; failed with {@code NO_HANDLERS}
   *     when no peer exports the address, or with a code of {@link Failures}
   */
  public Future<Void> write(MultiMap headers, Object body) {
    ContextInternal caller = vertx.getOrCreateContext();
    if (bridgeContext.inThread()) {
      ReplyException failure = writeNow(headers, body);
      onChange();
      return failure == null ? caller.succeededFuture() : caller.failedFuture(failure);
    }
    Promise<Void> promise = caller.promise();
    underWay.incrementAndGet();
    bridgeContext.runOnContext(
        v -> {
          ReplyException failure = writeNow(headers, body);
          underWay.decrementAndGet();
          if (failure == null) {
            promise.complete();
          } else {
            promise.fail(failure);
          }
          onChange();
        });
    return promise.future();
  }

  private ReplyException writeNow(MultiMap headers, Object body) {
    if (targets.isEmpty()) {
      return new ReplyException(
          ReplyFailure.NO_HANDLERS, "No node on the bus exports address " + address);
    }
    ReplyException failure = null;
    if (publish) {
      for (Remote remote : targets) {
        ReplyException f = bridge.write(remote, address, true, headers, body);
        failure = f == null ? failure : f;
      }
    } else {
      turn = (turn + 1) % targets.size();
      failure = bridge.write(targets.get(turn), address, false, headers, body);
    }
    return failure;
  }

  /** Looks who exports the address, on the bridge's context. */
  void onExporters() {
    targets = bridge.exporters(address);
    onChange();
  }

  /** Looks whether there is room, on the bridge's context. */
  void onChange() {
    boolean full = false;
    for (int i = 0; i < targets.size(); i++) {
      full |= targets.get(i).peer.isFull();
    }
    peerFull = full;
    Handler<Void> handler = drainHandler;
    if (handler != null && !isFull(maxUnderWay / 2)) {
      drainHandler = null;
      drainContext.runOnContext(handler);
    }
  }

  private boolean isFull(int max) {
    return peerFull || underWay.get() > max;
  }

  /**
   * Whether a writer should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return isFull(maxUnderWay);
  }

  /**
   * How many writes may be under way to the bridge's context.
   *
   * @param max 1 or more
   */
  public void setMaxUnderWay(int max) {
    maxUnderWay = max;
  }

  /**
   * Called once when there is room again.
   *
   * @param handler called on the context of the caller of this method; null for none
   */
  public void drainHandler(Handler<Void> handler) {
    drainContext = vertx.getOrCreateContext();
    drainHandler = handler;
    bridgeContext.runOnContext(v -> onChange());
  }

  /** Ends the outlet. What was written before is sent. */
  public void close() {
    bridgeContext.runOnContext(v -> bridge.remove(this));
  }
}
