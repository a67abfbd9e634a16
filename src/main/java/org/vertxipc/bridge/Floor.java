package org.vertxipc.bridge;

import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Consumer;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.BusListener;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.SerializableBodies;

/** Creates the parts of a bridge, and wires each to those that it needs. */
final class Floor {
  private final CounterSet shown = new CounterSet();
  final Losses losses = new Losses(shown::note);
  final Counters counters = new Counters(losses, shown);
  final Hub hub;
  final Exports exports;
  final Availability availability;
  final Sessions sessions;
  final StoredDelivery stored;
  final Outlets outlets;
  final BridgeGate gate;
  // This is null where the event bus is not clustered.
  final ClusteredDelivery cluster;
  final BusMember bus;

  /**
   * Creates the parts.
   *
   * @param members makes this node's place on its bus
   * @param events is told what happens to peers
   */
  Floor(
      ContextInternal context,
      BusConfig config,
      BusMember.Factory members,
      Consumer<PeerEvent> events) {
    VertxInternal vertx = context.owner();
    SerializableBodies serializable = SerializableBodies.of(config.options().getSerializable());
    Imports imports = new Imports(config.options().getImports());
    Undelivered undelivered = new Undelivered(losses, serializable);
    HandOver handOver = new HandOver(context);
    hub = Hub.of(vertx);
    LocalBus local = hub.local();
    exports = new Exports(local, shown);
    cluster =
        vertx.isClustered()
            ? new ClusteredDelivery(
                vertx, hub, undelivered, config.options().getReplyTimeoutMillis())
            : null;
    Forwarding forwarding = new Forwarding(hub, undelivered, config.node());
    PeerWriter writer = new PeerWriter(config, serializable, undelivered, counters);
    Outbound outbound =
        new Outbound(config.identity(), local, handOver, forwarding, undelivered, writer);
    Answers answers = new Answers(local, cluster, exports, handOver, writer, undelivered);
    Parts parts =
        new Parts(
            config,
            serializable,
            hub,
            handOver,
            answers,
            forwarding,
            undelivered,
            counters,
            cluster);
    availability = new Availability(context, exports, cluster != null, this::toAll);
    sessions = new Sessions(hub, imports, outbound, events, this::onRoutes);
    forwarding.exporters(sessions::lines);
    outlets = new Outlets(context, handOver, local, undelivered, sessions);
    stored = new StoredDelivery(parts, context, exports);
    gate = new BridgeGate(config, sessions, answers, handOver, undelivered);
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
            config,
            undelivered);
    bus = members.create(local.incarnation(), listener, shown);
    config.options().getExports().forEach(exports::add);
    bus.exported(exports.addresses());
  }

  /** Sends to all peers that are up. */
  void toAll(FrameWriter frame) {
    sessions.live().forEach(session -> session.peer().send(frame));
  }

  private void onRoutes() {
    outlets.onRoutes();
  }
}
