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
import org.vertxipc.wire.FrameSender;

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
  // How many of the targets keep a store.
  private int durable;

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
      Stored stored = durable == 0 ? null : new Stored(caller.promise());
      ReplyException failure = writeNow(headers, body, stored);
      onChange();
      if (failure != null) {
        return caller.failedFuture(failure);
      }
      return stored == null ? caller.succeededFuture() : stored.promise.future();
    }
    Promise<Void> promise = caller.promise();
    underWay.incrementAndGet();
    bridgeContext.runOnContext(
        v -> {
          Stored stored = durable == 0 ? null : new Stored(promise);
          ReplyException failure = writeNow(headers, body, stored);
          underWay.decrementAndGet();
          if (failure != null) {
            promise.tryFail(failure);
          } else if (stored == null) {
            promise.complete();
          }
          onChange();
        });
    return promise.future();
  }

  /** A message that goes to stores, and to how many it is still on its way. */
  private static final class Stored implements FrameSender.Completion {
    private final Promise<Void> promise;
    private int expected;

    Stored(Promise<Void> promise) {
      this.promise = promise;
    }

    @Override
    public void done(boolean written) {
      if (!written) {
        promise.tryFail(
            Failures.of(Failures.NODE_GONE, "The node went down before the message was stored"));
      } else if (--expected == 0) {
        promise.tryComplete();
      }
    }
  }

  private ReplyException writeNow(MultiMap headers, Object body, Stored stored) {
    if (targets.isEmpty()) {
      return new ReplyException(
          ReplyFailure.NO_HANDLERS, "No node on the bus exports address " + address);
    }
    ReplyException failure = null;
    if (publish) {
      // One more than there are, until all have been asked.
      if (stored != null) {
        stored.expected = 1;
      }
      for (Remote remote : targets) {
        ReplyException f = write(remote, headers, body, stored);
        failure = f == null ? failure : f;
      }
      if (stored != null && failure == null) {
        stored.done(true);
      }
    } else {
      turn = (turn + 1) % targets.size();
      failure = write(targets.get(turn), headers, body, stored);
      if (failure == null && stored != null && !targets.get(turn).isDurable()) {
        stored.promise.tryComplete();
      }
    }
    return failure;
  }

  private ReplyException write(Remote remote, MultiMap headers, Object body, Stored stored) {
    if (stored != null && remote.isDurable()) {
      stored.expected++;
    }
    return bridge.write(remote, address, publish, headers, body, stored);
  }

  String address() {
    return address;
  }

  /** Looks who exports the address, on the bridge's context. */
  void onExporters() {
    List<Remote> live = bridge.exporters(address);
    if (publish || live.isEmpty()) {
      live.addAll(bridge.absentExporters(address));
    }
    targets = live;
    durable = (int) live.stream().filter(remote -> remote.isDurable()).count();
    onChange();
  }

  /** Looks whether there is room, on the bridge's context. */
  void onChange() {
    boolean full = false;
    for (int i = 0; i < targets.size(); i++) {
      full |= targets.get(i).isFull();
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
