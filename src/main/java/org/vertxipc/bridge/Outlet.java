package org.vertxipc.bridge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * Writes to an address of peers and reports when to wait. Writes are handed over to the bridge's
 * context; those under way count as queued. May be used on any thread.
 */
public final class Outlet {
  private final Owner owner;
  private final ContextInternal context;
  private final HandOver handOver;
  private final LocalBus local;
  private final Undelivered undelivered;
  private final String address;
  private final boolean publish;
  // Marks this Vert.x as tried, so that a message that comes back goes to no consumer here.
  private final Parcel.Path fromHere;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile int maxUnderWay = 1024;
  private volatile boolean peerFull;
  private volatile Handler<Void> drainHandler;
  private volatile Context drainContext;
  // Belongs to the bridge's context.
  private List<Outbound.Line> lines = List.of();
  private int turn;

  /** Keeps outlets. All methods are called on the bridge's context. */
  interface Owner {
    /** Returns the routes to an address. */
    List<Outbound.Line> lines(String address);

    /** Called when an outlet is closed. */
    void closed(Outlet outlet);
  }

  Outlet(
      Owner owner,
      ContextInternal context,
      HandOver handOver,
      LocalBus local,
      Undelivered undelivered,
      String address,
      boolean publish) {
    this.owner = owner;
    this.context = context;
    this.handOver = handOver;
    this.local = local;
    this.undelivered = undelivered;
    this.address = address;
    this.publish = publish;
    this.fromHere = new Parcel.Path(0, Way.tried(Way.NONE, local.incarnation()), -1);
  }

  /**
   * Writes a message.
   *
   * @param headers may be null
   * @param body of a type that Vert.x knows, or for which a codec is registered
   * @return succeeds when it is in the channel or its bounded queue, or in the store; fails with
   *     {@code NO_HANDLERS} when no peer exports the address, or with a code of {@link Failures}
   */
  public Future<Void> write(MultiMap headers, Object body) {
    ContextInternal caller = context.owner().getOrCreateContext();
    boolean mine = handOver.isMine();
    Object encodable;
    try {
      encodable = local.encodable(body, mine, undelivered.serializable());
    } catch (RuntimeException e) {
      return caller.failedFuture(undelivered.encoding(address, e));
    }
    Written written = new Written(caller.promise());
    if (mine) {
      writeNow(headers, encodable, written);
      onChange();
    } else {
      MultiMap own = LocalBus.copy(headers);
      underWay.incrementAndGet();
      handOver.add(
          () -> {
            writeNow(own, encodable, written);
            underWay.decrementAndGet();
            onChange();
          });
    }
    return written.promise.future();
  }

  /** A message, and the number of nodes to which it is still on its way. */
  private final class Written implements FrameSender.Completion {
    private final Promise<Void> promise;
    // This starts at one more than the number of nodes, until all have been asked.
    private int expected = 1;
    private boolean asking = true;
    private ReplyException failure;

    Written(Promise<Void> promise) {
      this.promise = promise;
    }

    @Override
    public void done(boolean written) {
      if (!written) {
        failed(Failures.of(Failures.NODE_GONE, "The message could not be written to the store"));
      } else {
        end();
      }
    }

    void failed(ReplyException e) {
      failure = e;
      end();
    }

    void end() {
      if (--expected > 0) {
        return;
      }
      if (asking) {
        complete();
      } else {
        // The caller may be in the middle of its work, and a future may call its user at once.
        context.runOnContext(v -> complete());
      }
    }

    private void complete() {
      if (failure == null) {
        promise.tryComplete();
      } else {
        promise.tryFail(failure);
      }
    }
  }

  private void writeNow(MultiMap headers, Object body, Written written) {
    List<Outbound.Line> to = publish ? lines : next();
    if (to.isEmpty()) {
      undelivered.nobody(address);
      written.failure =
          new ReplyException(
              ReplyFailure.NO_HANDLERS, "No node on the bus exports address " + address);
    }
    long number = publish && !to.isEmpty() ? local.nextNumber() : 0;
    int kind = publish ? FrameKind.PUBLISH : FrameKind.SEND;
    Parcel.Path path = publish ? Parcel.Path.START : fromHere;
    Parcel parcel = new Parcel(kind, address, headers, body, number, null, path, written);
    for (Outbound.Line line : to) {
      written.expected++;
      ReplyException refused = line.write(parcel);
      if (refused != null) {
        written.failed(refused);
      }
    }
    written.end();
    written.asking = false;
  }

  /**
   * Returns the node whose turn it is: one with a consumer, else one that is up, else one that is
   * down.
   */
  private List<Outbound.Line> next() {
    Outbound.Line up = null;
    Outbound.Line any = null;
    int n = lines.size();
    for (int i = 0; i < n; i++) {
      int at = (turn + 1 + i) % n;
      Outbound.Line line = lines.get(at);
      if (line.isAvailable()) {
        turn = at;
        return List.of(line);
      }
      up = up == null && line.state() == Route.State.LIVE ? line : up;
      any = any == null ? line : any;
    }
    turn++;
    return up != null ? List.of(up) : any != null ? List.of(any) : List.of();
  }

  /** Updates the routes to the nodes that export the address, on the bridge's context. */
  void onRoutes() {
    lines = owner.lines(address);
    onChange();
  }

  /** Checks whether there is room, on the bridge's context. */
  void onChange() {
    boolean full = false;
    for (int i = 0; i < lines.size(); i++) {
      full |= lines.get(i).isFull();
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

  String address() {
    return address;
  }

  /**
   * Returns whether a writer should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  public boolean isFull() {
    return isFull(maxUnderWay);
  }

  /**
   * Sets how many writes may be under way to the bridge's context.
   *
   * @param max 1 or more
   */
  public void setMaxUnderWay(int max) {
    maxUnderWay = max;
  }

  /**
   * Sets a handler that is called once when there is room again.
   *
   * @param handler called on the context of the caller of this method; null for none
   */
  public void drainHandler(Handler<Void> handler) {
    drainContext = context.owner().getOrCreateContext();
    drainHandler = handler;
    context.runOnContext(v -> onChange());
  }

  /** Closes the outlet. Earlier writes are still sent. */
  public void close() {
    context.runOnContext(v -> owner.closed(this));
  }
}
