package org.vertxipc.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vertxipc.bus.Bus;
import org.vertxipc.bus.BusListener;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameWriter;

/**
 * The event bus of one Vert.x, joined with those of its peers: its life, and what is wired to what.
 *
 * <p>For each address that peers export and this node imports, a handler of the bridge's own is in
 * the event bus, which chooses it like any other, and messages leave by it; see {@link
 * RemoteAddress}. What comes from a peer is given to consumers directly; see {@link Inbound}.
 *
 * <p>State is touched on the bridge's context only; public methods may be called on any thread.
 */
public final class Bridge {
  private static final long SWEEP_MILLIS = 100;
  private static final int SWEEPS_A_TICK = 10;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final Losses losses = new Losses();
  private final Counters counters = new Counters();
  private final List<Consumer<PeerEvent>> peerHandlers = new CopyOnWriteArrayList<>();
  private final Hub hub;
  private final Exports exports;
  private final Availability availability;
  private final Sessions sessions;
  private final StoredDelivery stored;
  private final Outlets outlets;
  private final BridgeGate gate;
  private final ClusteredDelivery cluster;
  private final BusMember bus;
  private long timer = -1;
  private int sweeps;
  private Future<Void> started;
  private Future<Void> stopped;

  /**
   * A bridge, not started.
   *
   * @param context the event-loop context whose loop does all the work
   * @param config what it needs to know
   * @throws IllegalStateException when Vert.x's event bus can't be reached, naming the JVM flag
   *     that helps
   */
  public Bridge(ContextInternal context, BridgeConfig config) {
    this(
        context,
        config,
        (vertx, listener) -> BusMember.of(new Bus(context, config.bus(), vertx, listener)));
  }

  Bridge(ContextInternal context, BridgeConfig config, BusMember.Factory members) {
    this.vertx = context.owner();
    this.context = context;
    Imports imports = new Imports(config.imports());
    Undelivered undelivered = new Undelivered(losses, config.serializable());
    HandOver handOver = new HandOver(context);
    hub = Hub.of(vertx);
    LocalBus local = hub.local();
    exports = new Exports(local);
    cluster =
        vertx.isClustered()
            ? new ClusteredDelivery(vertx, hub, undelivered, config.replyMillis())
            : null;
    Forwarding forwarding = new Forwarding(hub, undelivered, config.bus().node());
    PeerWriter writer = new PeerWriter(config, undelivered, counters);
    Outbound outbound =
        new Outbound(config.bus().identity(), local, handOver, forwarding, undelivered, writer);
    Answers answers = new Answers(local, cluster, exports, handOver, writer, undelivered);
    Parts parts =
        new Parts(config, hub, handOver, answers, forwarding, undelivered, counters, cluster);
    availability = new Availability(context, exports, cluster != null, this::toAll);
    sessions = new Sessions(hub, imports, outbound, this::tell, this::onRoutes);
    forwarding.exporters(sessions::lines);
    outlets = new Outlets(context, handOver, local, undelivered, sessions);
    stored = new StoredDelivery(parts, context, exports);
    gate = new BridgeGate(config.bus(), sessions, answers, handOver, undelivered);
    Inbound inbound = new Inbound(parts, exports, availability);
    BusListener listener =
        new PeerListener(
            imports,
            exports,
            availability,
            sessions,
            inbound,
            stored,
            outlets,
            counters,
            undelivered);
    bus = members.create(local.incarnation(), listener);
    config.exports().forEach(exports::add);
    bus.exported(exports.addresses());
  }

  /**
   * Joins the bus.
   *
   * @return done when the nodes that are there are connected, see {@link Bus#join}; failed when
   *     this Vert.x is on that bus already
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
      hub.join(gate, cluster);
    } catch (IllegalStateException e) {
      return context.failedFuture(e);
    }
    timer = vertx.setPeriodic(SWEEP_MILLIS, id -> context.dispatch(this::sweep));
    for (Exports.Export export : exports.all()) {
      availability.checkNew(export);
    }
    return bus.join();
  }

  private void sweep() {
    long now = System.nanoTime();
    sessions.live().forEach(session -> session.pending().sweep(now));
    if (++sweeps % SWEEPS_A_TICK == 0) {
      losses.tick();
    }
  }

  /**
   * Leaves the bus. What waits for a reply of a peer fails.
   *
   * @return done when nothing is left of this node
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
    sessions.close(Failures.of(Failures.CLOSED, "The bridge is closed"));
    stored.close();
    return bus.leave()
        .onComplete(
            done -> {
              availability.close();
              hub.leave(gate);
              losses.close();
            });
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    context.runOnContext(
        v -> {
          try {
            task.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  /**
   * Lets peers reach an address.
   *
   * @param address the address
   * @return done when it has been announced to the peers that are there
   */
  public Future<Void> export(String address) {
    return onContext(
        () -> {
          Exports.Export export = exports.add(address);
          if (export != null) {
            boolean available = availability.checkNew(export);
            toAll(ControlFrames.export(export.number(), address, available));
          }
          return bus.exported(exports.addresses());
        });
  }

  /**
   * Lets peers reach an address no longer.
   *
   * @param address the address
   * @return done when that has been announced
   */
  public Future<Void> withdraw(String address) {
    return onContext(
        () -> {
          Exports.Export export = exports.remove(address);
          if (export != null) {
            toAll(ControlFrames.withdraw(export.number()));
          }
          return bus.exported(exports.addresses());
        });
  }

  private void toAll(FrameWriter frame) {
    sessions.live().forEach(session -> session.peer().send(frame));
  }

  /**
   * Stops to take messages of peers, or goes on.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    context.runOnContext(v -> bus.setPaused(paused));
  }

  /**
   * The exports of this node.
   *
   * @return a snapshot
   */
  public Future<Set<String>> exported() {
    return onContext(() -> context.succeededFuture(exports.addresses()));
  }

  /**
   * The peers that are connected.
   *
   * @return a snapshot
   */
  public Future<List<PeerEvent>> peers() {
    return onContext(
        () -> {
          List<PeerEvent> up = new ArrayList<>();
          for (PeerSession.Live session : sessions.live()) {
            if (session.peer().canSend()) {
              up.add(PeerEvent.of(session, PeerEvent.State.UP));
            }
          }
          return context.succeededFuture(up);
        });
  }

  /**
   * Tells of peers that come, change what they export, and go.
   *
   * @param handler called on the bridge's context; it must not run a user's code
   */
  public void onPeerEvent(Consumer<PeerEvent> handler) {
    peerHandlers.add(handler);
  }

  /**
   * Tells no longer.
   *
   * @param handler as given to {@link #onPeerEvent}
   */
  public void removePeerHandler(Consumer<PeerEvent> handler) {
    peerHandlers.remove(handler);
  }

  /** How many wait for a reply of a peer: a snapshot. */
  Future<Integer> waiting() {
    return onContext(
        () ->
            context.succeededFuture(
                sessions.live().stream().mapToInt(session -> session.pending().size()).sum()));
  }

  private void onRoutes() {
    outlets.onRoutes();
  }

  private void tell(PeerEvent event) {
    peerHandlers.forEach(h -> h.accept(event));
  }

  /**
   * The counters.
   *
   * @return live
   */
  public Counters counters() {
    return counters;
  }

  /**
   * What did not arrive.
   *
   * @return live
   */
  public Losses losses() {
    return losses;
  }

  /**
   * Writes to an address of peers with back-pressure.
   *
   * @param address an address that peers export
   * @param publish to all of them, else to one at a time in turn
   * @return the outlet
   */
  public Outlet outlet(String address, boolean publish) {
    return outlets.open(address, publish);
  }
}
