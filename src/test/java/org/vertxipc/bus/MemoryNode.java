package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameSender;

/**
 * A node of a {@link MemoryBus}: it does what {@link Bus} does, without names to claim and doors to
 * knock at. Everything runs on its context, except for what the bus calls.
 */
public final class MemoryNode {
  private final MemoryBus bus;
  private final ContextInternal context;
  private final BusConfig config;
  private final long vertx;
  private final BusListener listener;
  private final long incarnation = new SecureRandom().nextLong();
  private Reactor reactor;
  private Flusher flusher;
  private Roster roster;
  private Promise<Void> settled;
  private final Map<String, AbsentPeer> absent = new HashMap<>();
  private boolean paused;
  private boolean reading;
  private boolean ended;

  MemoryNode(
      MemoryBus bus, ContextInternal context, BusConfig config, long vertx, BusListener listener) {
    this.bus = bus;
    this.context = context;
    this.config = config;
    this.vertx = vertx;
    this.listener = listener;
  }

  ContextInternal context() {
    return context;
  }

  String name() {
    return config.node();
  }

  /** Succeeds when the nodes on the bus have announced their exports. */
  public Future<Void> join() {
    reactor = Reactor.create(context);
    flusher = new Flusher(reactor);
    Parts parts = new Parts();
    roster =
        new Roster(
            context,
            reactor,
            flusher,
            new Reunions(context, parts),
            listener,
            parts,
            incarnation,
            new CounterSet());
    roster.setPaused(paused);
    settled = context.promise();
    bus.storesFor(name()).forEach(MemoryStore::readAnew);
    List<MemoryNode> others = bus.add(this);
    expect();
    reading = true;
    bus.storesFor(name()).forEach(MemoryStore::wakeReader);
    for (MemoryNode other : others) {
      MemoryLink there = bus.link(this, other);
      MemoryLink back = bus.link(other, this);
      other.context.runOnContext(v -> other.meet(this, back, there));
      meet(other, there, back);
    }
    parts.settleIfAllAre();
    return settled.future();
  }

  /** Keeps a way open to nodes with a store that are down. */
  private void expect() {
    bus.down()
        .forEach(
            (node, exports) -> {
              if (listener.wants(exports)) {
                listener.onAbsent(standIn(node), exports);
              }
            });
  }

  private AbsentPeer standIn(String node) {
    return absent.computeIfAbsent(node, n -> new AbsentPeer(n, bus.store(name(), n)));
  }

  /** Whoever is down remembers what it exported. */
  public void exported(Collection<String> addresses) {
    bus.record(name(), addresses);
  }

  boolean isReading() {
    return reading && !ended;
  }

  void onStored(StoredMessage from, Frame frame) {
    listener.onStored(from, frame);
  }

  /** There is room in a store again. */
  void drained(String node) {
    LivePeer up = ended ? null : roster.get(node);
    Peer peer = up != null && up.canSend() ? up : absent.get(node);
    if (peer != null && !ended) {
      listener.onDrained(peer);
    }
  }

  private void meet(MemoryNode other, MemoryLink to, MemoryLink from) {
    if (ended || roster.isLeaving()) {
      from.in().close();
      to.out(null).close();
      return;
    }
    LivePeer peer =
        roster.add(other.name(), other.incarnation, config.options().getMaxMessageBytes());
    if (bus.keeps(other.name())) {
      peer.storesIn(bus.store(name(), other.name()));
    }
    OutboundChannel out = to.out(peer.wayOut());
    peer.prepared(new Transports.Inbound(TransportType.SHM, from.in()));
    peer.invitedOn(TransportType.SHM);
    peer.connected(out, new FrameSender(out, config.options().getSendQueueBytes()));
    peer.send(
        ControlFrames.hello(
            new ControlFrames.Hello(
                incarnation,
                other.incarnation,
                vertx,
                config.options().getMaxMessageBytes(),
                config.node())));
    roster.connected(peer);
  }

  public Future<Void> leave() {
    bus.remove(this);
    if (roster == null || ended) {
      return context.succeededFuture();
    }
    roster.leave();
    settled.tryComplete();
    Promise<Void> left = context.promise();
    awaitFlushed(left);
    return left.future();
  }

  private void awaitFlushed(Promise<Void> left) {
    if (roster.areFlushed()) {
      end();
      left.complete();
    } else {
      context.owner().setTimer(1, id -> awaitFlushed(left));
    }
  }

  private void end() {
    ended = true;
    roster.close();
    reactor.close();
  }

  void kill() {
    bus.remove(this);
    context.runOnContext(v -> end());
  }

  public void setPaused(boolean paused) {
    this.paused = paused;
    if (roster != null) {
      roster.setPaused(paused);
    }
  }

  private final class Parts implements Roster.Owner, Reunions.Look {
    @Override
    public void onSettled(LivePeer peer) {
      AbsentPeer before = peer.isConnected() ? absent.remove(peer.name()) : null;
      if (before != null) {
        listener.onReturned(before);
      }
      settleIfAllAre();
    }

    private void settleIfAllAre() {
      if (roster.areSettled()) {
        settled.tryComplete();
      }
    }

    @Override
    public void onNudge(LivePeer peer) {
      // A writer is told of room as soon as there is some.
    }

    @Override
    public AbsentPeer replace(LivePeer peer) {
      return bus.keeps(peer.name()) ? standIn(peer.name()) : null;
    }

    @Override
    public void onParted(LivePeer peer) {
      // Nothing of the peer is left.
    }

    @Override
    public void again(String node, long incarnationOfPeer) {
      // The nodes of this bus meet once.
    }
  }
}
