package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.security.SecureRandom;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.wire.ControlFrames;
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
  private boolean paused;
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
    try {
      reactor = Reactor.create(context);
    } catch (IOException e) {
      return context.failedFuture(e);
    }
    flusher = new Flusher(reactor);
    Parts parts = new Parts();
    roster =
        new Roster(
            context, reactor, flusher, new Reunions(context, parts), listener, parts, incarnation);
    roster.setPaused(paused);
    settled = context.promise();
    for (MemoryNode other : bus.add(this)) {
      MemoryLink there = bus.link(this, other);
      MemoryLink back = bus.link(other, this);
      other.context.runOnContext(v -> other.meet(this, back, there));
      meet(other, there, back);
    }
    parts.settleIfAllAre();
    return settled.future();
  }

  private void meet(MemoryNode other, MemoryLink to, MemoryLink from) {
    if (ended || roster.isLeaving()) {
      from.in().close();
      to.out(null).close();
      return;
    }
    LivePeer peer =
        roster.add(other.name(), other.incarnation, config.options().getMaxMessageBytes());
    OutboundChannel out = to.out(peer.wayOut());
    peer.prepared(from.in());
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
      return null;
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
