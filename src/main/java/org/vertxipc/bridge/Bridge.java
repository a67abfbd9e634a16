package org.vertxipc.bridge;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vertxipc.bus.Bus;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.Departure;
import org.vertxipc.reactor.LoopContext;
import org.vertxipc.wire.ControlFrames;

/**
 * Joins the event bus of one Vert.x with those of its peers, from start to stop. {@link Floor}
 * wires the parts together.
 *
 * <p>For each address that peers export and this node imports, the bridge puts a handler of its own
 * into the event bus, which chooses it like any other, and messages leave through it; see {@link
 * RemoteAddress}. Messages from a peer are given to consumers directly; see {@link Inbound}.
 *
 * <p>State is touched on the bridge's context only; public methods may be called on any thread.
 */
public final class Bridge {
  private static final long SWEEP_MILLIS = 100;
  private static final long TICK_MILLIS = 1_000;
  // How soon after news somebody may see more.
  private static final long SHOW_MILLIS = 250;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final List<Consumer<PeerEvent>> peerHandlers = new CopyOnWriteArrayList<>();
  private final Floor floor;
  private long timer = -1;
  private long sinceTick;
  private Future<Void> started;
  private Future<Void> stopped;

  /**
   * Creates a bridge without starting it.
   *
   * @param context the event-loop context whose loop does all the work
   * @param config the bus to join
   * @throws IllegalStateException when Vert.x's event bus can't be reached, naming the JVM flag
   *     that helps
   */
  public Bridge(ContextInternal context, BusConfig config) {
    this(
        context,
        config,
        (vertx, listener, counters) ->
            BusMember.of(new Bus(context, config, vertx, listener, counters)));
  }

  Bridge(ContextInternal context, BusConfig config, BusMember.Factory members) {
    this.vertx = context.owner();
    this.context = context;
    this.floor = new Floor(context, config, members, this::tell);
  }

  /**
   * Joins the bus.
   *
   * @return succeeds when the nodes that are already there are connected, see {@link Bus#join};
   *     fails when this Vert.x is already on that bus
   */
  public Future<Void> start() {
    return onContext(
        () -> {
          if (stopped != null) {
            return context.failedFuture("The bridge is closed");
          }
          if (started == null) {
            started = join();
          }
          return started;
        });
  }

  private Future<Void> join() {
    try {
      floor.hub.join(floor.gate, floor.cluster);
    } catch (IllegalStateException e) {
      return context.failedFuture(e);
    }
    sweepAfter(TICK_MILLIS);
    for (Exports.Export export : floor.exports.all()) {
      floor.availability.checkNew(export);
    }
    return floor.bus.join();
  }

  private void sweepAfter(long millis) {
    timer = vertx.setTimer(millis, id -> context.dispatch(() -> sweep(millis)));
  }

  /**
   * Sweeps often only while somebody waits for a reply or something is counted, so that an idle
   * node costs nothing.
   */
  private void sweep(long millis) {
    long now = System.nanoTime();
    boolean waiting = false;
    for (PeerSession.Live session : floor.sessions.live()) {
      session.pending().sweep(now);
      waiting |= session.pending().size() > 0;
    }
    sinceTick += millis;
    if (sinceTick >= TICK_MILLIS) {
      sinceTick = 0;
      floor.losses.tick();
    }
    boolean news = floor.bus.show();
    long idle = news ? SHOW_MILLIS : TICK_MILLIS;
    sweepAfter(waiting ? SWEEP_MILLIS : idle);
  }

  /**
   * Leaves the bus. Requests that wait for a reply of a peer fail.
   *
   * @return succeeds when nothing is left of this node
   */
  public Future<Void> stop() {
    return onContext(
        () -> {
          if (stopped == null) {
            Future<Void> joined = started == null ? context.succeededFuture() : started;
            stopped = joined.otherwiseEmpty().compose(v -> leave());
          }
          return stopped;
        });
  }

  private Future<Void> leave() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    floor.sessions.close(
        Failures.of(Failures.CLOSED, "The bridge is closed"),
        Undelivered.goneFailure(floor.gate.node(), Departure.of(Departure.Reason.LEFT).toString()));
    floor.stored.close();
    return floor
        .bus
        .leave()
        .onComplete(
            done -> {
              floor.availability.close();
              floor.hub.leave(floor.gate);
              floor.losses.close();
            });
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    return LoopContext.call(context, task);
  }

  /**
   * Lets peers reach an address.
   *
   * @param address the address
   * @return succeeds when it has been announced to the connected peers
   */
  public Future<Void> export(String address) {
    return onContext(
        () -> {
          Exports.Export export = floor.exports.add(address);
          if (export != null) {
            boolean available = floor.availability.checkNew(export);
            floor.toAll(ControlFrames.export(export.number(), address, available));
          }
          return floor.bus.exported(floor.exports.addresses());
        });
  }

  /**
   * Stops letting peers reach an address.
   *
   * @param address the address
   * @return succeeds when that has been announced
   */
  public Future<Void> withdraw(String address) {
    return onContext(
        () -> {
          Exports.Export export = floor.exports.remove(address);
          if (export != null) {
            floor.toAll(ControlFrames.withdraw(export.number()));
          }
          return floor.bus.exported(floor.exports.addresses());
        });
  }

  /**
   * Stops or resumes reading messages of peers.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    context.runOnContext(v -> floor.bus.setPaused(paused));
  }

  /**
   * Returns the exports of this node.
   *
   * @return a snapshot
   */
  public Future<Set<String>> exported() {
    return onContext(() -> context.succeededFuture(floor.exports.addresses()));
  }

  /**
   * Returns the peers that are connected.
   *
   * @return a snapshot
   */
  public Future<List<PeerEvent>> peers() {
    return onContext(
        () -> {
          List<PeerEvent> up = new ArrayList<>();
          for (PeerSession.Live session : floor.sessions.live()) {
            if (session.peer().canSend()) {
              up.add(PeerEvent.of(session, PeerEvent.State.UP));
            }
          }
          return context.succeededFuture(up);
        });
  }

  /**
   * Reports peers that come, change what they export, and go.
   *
   * @param handler called on the bridge's context; it must not run user code
   */
  public void onPeerEvent(Consumer<PeerEvent> handler) {
    peerHandlers.add(handler);
  }

  /**
   * Removes a handler.
   *
   * @param handler as given to {@link #onPeerEvent}
   */
  public void removePeerHandler(Consumer<PeerEvent> handler) {
    peerHandlers.remove(handler);
  }

  /** Returns how many requests wait for a reply of a peer, as a snapshot. */
  Future<Integer> waiting() {
    return onContext(
        () ->
            context.succeededFuture(
                floor.sessions.live().stream()
                    .mapToInt(session -> session.pending().size())
                    .sum()));
  }

  private void tell(PeerEvent event) {
    peerHandlers.forEach(h -> h.accept(event));
  }

  /**
   * Returns the counters.
   *
   * @return live
   */
  public Counters counters() {
    return floor.counters;
  }

  /**
   * Returns the messages that did not arrive.
   *
   * @return live
   */
  public Losses losses() {
    return floor.losses;
  }

  /**
   * Returns an outlet that writes to an address of peers with back-pressure.
   *
   * @param address an address that peers export
   * @param publish whether to write to all of them, otherwise to one at a time in turn
   * @return the outlet
   */
  public Outlet outlet(String address, boolean publish) {
    return floor.outlets.open(address, publish);
  }
}
