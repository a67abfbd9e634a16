package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.channel.ApartException;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;

/**
 * The peers of this node, in any state, and how each of them ends. The listener is told about muted
 * and departed peers in turns of their own, because this may be noticed within a call to the peer
 * or to the listener. One thread only: the bus's context.
 */
final class Roster implements PeerHome<LivePeer> {
  private static final Logger log = LoggerFactory.getLogger(Roster.class);

  private static final String OWN_EXCEPTIONS = "org.vertxipc.";

  private static final Departure SILENT =
      Departure.cutOff(
          "it no longer reads, and has sent nothing for " + LastWords.SILENCE_MILLIS + " ms");

  // The JVM must load the class now, because loading it later takes a descriptor, and there may be
  // none left.
  private static final Class<ApartException> APART = ApartException.class;

  private final ContextInternal context;
  private final Reactor reactor;
  private final Flusher flusher;
  private final Reunions reunions;
  private final BusListener listener;
  private final Owner owner;
  private final long incarnation;
  private final CounterSet counters;
  private final Counter reconnected;
  private final Map<String, LivePeer> peers = new HashMap<>();
  private boolean leaving;
  private boolean paused;

  /** Is told what follows from the changes. */
  interface Owner {
    /** A peer has announced everything of its start, or is gone. */
    void onSettled(LivePeer peer);

    /** A peer asks this node to check whether there is room for it, or something from it. */
    void onNudge(LivePeer peer);

    /** A connected peer is gone: returns what stands in for it from now on, or null. */
    AbsentPeer replace(LivePeer peer);

    /** A peer is gone, and its channels are closed. */
    void onParted(LivePeer peer);
  }

  Roster(
      ContextInternal context,
      Reactor reactor,
      Flusher flusher,
      Reunions reunions,
      BusListener listener,
      Owner owner,
      long incarnation,
      CounterSet counters) {
    this.context = context;
    this.reactor = reactor;
    this.flusher = flusher;
    this.reunions = reunions;
    this.listener = listener;
    this.owner = owner;
    this.incarnation = incarnation;
    this.counters = counters;
    this.reconnected = counters.counter(this, "peers.reconnected", Map.of());
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  /** Returns null when there is none of that name. */
  LivePeer get(String name) {
    return peers.get(name);
  }

  /** Returns a live view. */
  Collection<LivePeer> all() {
    return Collections.unmodifiableCollection(peers.values());
  }

  /** Adds a peer whose name is not taken. */
  LivePeer add(String name, long incarnationOfPeer, int maxMessageBytes) {
    LivePeer peer = new LivePeer(this, flusher, name, incarnationOfPeer, maxMessageBytes);
    peer.setPaused(paused);
    peers.put(name, peer);
    return peer;
  }

  /** The way to a peer is open. */
  void connected(LivePeer peer) {
    if (reunions.isOf(peer)) {
      reconnected.increment();
    }
    listener.onUp(peer);
    peer.startReading();
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    peers.values().forEach(p -> p.setPaused(paused));
  }

  boolean areSettled() {
    return peers.values().stream().allMatch(LivePeer::isSettled);
  }

  boolean areFlushed() {
    return peers.values().stream().allMatch(LivePeer::isFlushed);
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Says goodbye. Messages of peers are still accepted until {@link #close}. */
  void leave() {
    leaving = true;
    reunions.close();
    for (LivePeer peer : List.copyOf(peers.values())) {
      peer.send(ControlFrames.bare(FrameKind.BYE));
    }
    flusher.now();
  }

  void close() {
    peers.values().forEach(LivePeer::close);
    peers.clear();
  }

  @Override
  public void onFrame(LivePeer peer, Frame frame) {
    int kind = frame.kind();
    // A node that leaves has no use for what others announce.
    if (!leaving || !FrameKind.isAnnouncement(kind)) {
      listener.onFrame(peer, frame);
    }
    if (kind == FrameKind.SYNCED) {
      settled(peer);
      owner.onSettled(peer);
    }
  }

  /** What kept it from connecting is over now; what broke its connection may come back soon. */
  private void settled(LivePeer peer) {
    Complaint complaint = reunions.complaint(peer.name());
    if (complaint.failures() > 0) {
      if (complaint.isOfConnection()) {
        context.owner().setTimer(Reunions.WELL_MILLIS, id -> sayOver(peer));
      } else {
        sayOver(peer);
      }
    }
  }

  private void sayOver(LivePeer peer) {
    if (peer.isConnected() && !leaving) {
      int failures = reunions.complaint(peer.name()).over();
      if (failures > 0) {
        log.info("Node '" + peer.name() + "' is connected; failures before that: " + failures);
      }
    }
  }

  @Override
  public void onDrained(LivePeer peer) {
    listener.onDrained(peer);
  }

  @Override
  public void onNudge(LivePeer peer) {
    owner.onNudge(peer);
  }

  @Override
  public void onBatchEnd() {
    flusher.now();
  }

  @Override
  public void onMuted(LivePeer peer) {
    later(
        () -> {
          if (peer.isConnected()) {
            peer.closeWayOut();
            listener.onMuted(peer);
          }
        });
    LastWords.await(context, peer, () -> onDeparted(peer, SILENT, null));
  }

  /** Another process has its name: it is dead, and what it wrote is read to its end. */
  void succeeded(LivePeer peer) {
    if (!peer.isConnected()) {
      onDeparted(peer, Departure.of(Departure.Reason.RESTARTED), null);
    } else if (peer.canSend()) {
      peer.mute();
    }
  }

  @Override
  public void onDeparted(LivePeer peer, Departure found, Throwable cause) {
    if (peer.state() == LivePeer.State.GONE) {
      return;
    }
    boolean wasConnected = peer.isConnected();
    peer.markGone();
    // A peer that has received this node's goodbye closes its end normally.
    boolean parted = leaving && found.why() == Departure.Reason.DIED;
    Departure why = parted ? Departure.of(Departure.Reason.LEFT) : found;
    // This comes first: logging may fail when descriptors run out, and the peer must be closed
    // nevertheless.
    later(
        () -> {
          peer.close();
          peers.remove(peer.name(), peer);
          try {
            if (wasConnected) {
              listener.onDown(peer, why, owner.replace(peer));
            }
          } finally {
            owner.onSettled(peer);
            owner.onParted(peer);
          }
        });
    say(peer, why, cause);
  }

  private void say(LivePeer peer, Departure why, Throwable cause) {
    String sentence = "Node '" + peer.name() + "' " + why;
    // This is no switch, which would be compiled to a class of its own: loading one takes a
    // descriptor, and there may be none left.
    Departure.Reason reason = why.why();
    if (!why.isOrderly()) {
      counters.note(sentence);
    }
    if (reason == Departure.Reason.LEFT || reason == Departure.Reason.RESTARTED) {
      reunions.forget(peer.name());
    } else if (reason == Departure.Reason.DIED) {
      reunions.plan(peer, false); // It may be alive, and have cut this node off.
      reunions.complaint(peer.name()).isNew(sentence, true);
    } else if (leaving) {
      warn(sentence, cause);
    } else {
      boolean lasting = APART.isInstance(cause);
      long millis = reunions.plan(peer, lasting);
      boolean ofConnection = reason == Departure.Reason.CUT_OFF;
      if (reunions.complaint(peer.name()).isNew(kind(why, cause), ofConnection)) {
        warn(
            lasting
                ? sentence
                : sentence
                    + "; reconnecting in "
                    + millis
                    + " ms if it is alive, then less often; repetitions are not logged",
            cause);
      } else {
        log.debug(sentence, cause);
      }
    }
  }

  /** Two failures of one kind differ at most in the names of what was to be made. */
  private static String kind(Departure why, Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof PosixException failed) {
        return why.why() + " " + failed.kind();
      }
    }
    return why.toString();
  }

  /** Where it happened matters only for what nobody expects. */
  private static void warn(String sentence, Throwable cause) {
    if (cause == null
        || cause instanceof IOException
        || cause.getClass().getName().startsWith(OWN_EXCEPTIONS)) {
      log.warn(sentence);
      log.debug(sentence, cause);
    } else {
      log.warn(sentence, cause);
    }
  }

  private void later(Runnable task) {
    reactor.execute(reactor.bind(task));
  }
}
