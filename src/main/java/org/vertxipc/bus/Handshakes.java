package org.vertxipc.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vertxipc.channel.ApartException;
import org.vertxipc.channel.Names;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameSender;

/**
 * Connects this node with others: each makes the channel on which it receives, knocks at the
 * other's door, and opens the other's channel when the other has knocked. One thread only: the
 * bus's context.
 */
final class Handshakes {
  private static final Logger log = LoggerFactory.getLogger(Handshakes.class);
  // After this time an unfinished handshake is checked: is the peer alive, and did it miss a knock?
  private static final long LOOK_MILLIS = 100;

  private final ContextInternal context;
  private final BusConfig config;
  private final NodeRecord self;
  private final long vertx;
  private final BusDirectory directory;
  private final Transports transports;
  private final Roster roster;
  private final Reunions reunions;
  private final Owner owner;
  private final Reactor reactor;
  // Null until others may knock.
  private Door door;
  // Knocks of nodes whose predecessors are still being read.
  private final Map<String, Knock> successors = new HashMap<>();
  private long timer = -1;
  private boolean closed;
  private final OncePerSecond complaints = new OncePerSecond();

  /** Is told before and after a meeting. */
  interface Owner {
    /** A node is met: what it stored must be read before it learns that this node is there. */
    void onMeeting(String node);

    /** Returns the open store of a peer that keeps one. */
    Future<Outbox> outbox(String node);

    /** The way to a peer is open. */
    void onConnected(LivePeer peer);
  }

  /**
   * Creates handshakes; nobody is let in before {@link #openDoor}.
   *
   * @param self what this node publishes about itself
   * @param vertx incarnation of the Vert.x, which peers are told
   */
  Handshakes(
      ContextInternal context,
      Reactor reactor,
      BusConfig config,
      NodeRecord self,
      long vertx,
      BusDirectory directory,
      Transports transports,
      Roster roster,
      Reunions reunions,
      Owner owner) {
    this.context = context;
    this.config = config;
    this.self = self;
    this.vertx = vertx;
    this.directory = directory;
    this.transports = transports;
    this.roster = roster;
    this.reunions = reunions;
    this.owner = owner;
    this.reactor = reactor;
  }

  boolean isDoorOpen() {
    return door != null;
  }

  /** Opens the door, or the one that has replaced it. */
  void openDoor() throws IOException {
    Door opened =
        new Door(
            reactor,
            config.access(),
            directory.door(config.node()),
            (bytes, at) -> onKnock(Knock.decode(bytes, at)));
    if (door != null) {
      door.close();
    }
    door = opened;
  }

  /**
   * The files of channels may have been removed, too: those that the other side has not opened are
   * made anew, by meeting again.
   */
  void startOver() {
    for (LivePeer peer : List.copyOf(roster.all())) {
      if (!peer.isGreeted()) {
        Departure why =
            new Departure(
                Departure.Reason.UNREACHABLE, "somebody has removed files of its channel");
        roster.onDeparted(peer, why, null);
      }
    }
  }

  /** Nobody is met any more. */
  void close() {
    if (!closed) {
      closed = true;
      if (door != null) {
        door.close();
      }
      if (timer >= 0) {
        context.owner().cancelTimer(timer);
      }
    }
  }

  /** Meets a node, unless that has been done or is under way. */
  void meet(String name, long incarnation) {
    LivePeer known = roster.get(name);
    if (closed) {
      return;
    }
    if (known == null) {
      begin(name, incarnation);
    } else if (known.incarnation() != incarnation) {
      roster.succeeded(known);
    }
  }

  private LivePeer begin(String name, long incarnation) {
    LivePeer peer = roster.add(name, incarnation, config.options().getMaxMessageBytes());
    watch();
    Path base =
        directory.nodeDirectory(config.node()).resolve(name + "-" + NodeRecord.hex(incarnation));
    owner.onMeeting(name);
    context
        .executeBlocking(
            () -> transports.createInbound(base, self, directory.read(name), incarnation), false)
        .onComplete(made -> onPrepared(peer, made));
    return peer;
  }

  private void onPrepared(LivePeer peer, AsyncResult<Transports.Inbound> made) {
    if (made.failed()) {
      fail(peer, made.cause());
    } else if (closed || peer.state() != LivePeer.State.PREPARING) {
      made.result().channel().close();
    } else {
      peer.prepared(made.result());
      knock(peer);
      connect(peer);
    }
  }

  private void fail(LivePeer peer, Throwable cause) {
    if (!(cause instanceof ApartException)) {
      unreachable(peer, "no channel can be made for it", cause);
      return;
    }
    if (!closed && peer.state() == LivePeer.State.PREPARING) {
      knock(peer); // It finds out, too, and says so.
    }
    unreachable(peer, null, cause);
  }

  private void unreachable(LivePeer peer, String what, Throwable cause) {
    String detail = what == null ? cause.getMessage() : what + ": " + cause.getMessage();
    roster.onDeparted(peer, new Departure(Departure.Reason.UNREACHABLE, detail), cause);
  }

  /** Meets a node that was lost, if it is alive. */
  void meetAgain(String name, long incarnation) {
    if (closed) {
      return;
    }
    try {
      if (!directory.isPublished(name, incarnation)) {
        reunions.forget(name);
      } else if (roster.get(name) == null) {
        if (reunions.complaint(name).isFirstOfConnection()) {
          log.info("Node '" + name + "' was lost but is alive: reconnecting");
        }
        meet(name, incarnation);
      }
    } catch (IOException e) {
      reunions.postpone(name, incarnation);
      if (reunions.complaint(name).isNew("check", false)) {
        log.warn("Can't check whether node '" + name + "' is alive: " + e.getMessage());
      }
    }
  }

  private void knock(LivePeer peer) {
    TransportType made = peer.readBy() == null ? transports.receiving() : peer.readBy();
    Knock knock = new Knock(config.node(), roster.incarnation(), peer.incarnation(), made.id());
    try {
      Door.knock(config.access(), directory.door(peer.name()), knock);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT, Errno.ENXIO, Errno.EPIPE)) {
        unreachable(peer, "its door can't be opened", e);
      }
      // Otherwise it is not there; its lock says whether it is dead, which the timer checks.
    } catch (IOException e) {
      unreachable(peer, "its door can't be opened", e);
    }
  }

  private void onKnock(Knock knock) {
    if (closed
        || knock.addressee() != roster.incarnation()
        || knock.node().equals(config.node())
        || reunions.isPlanned(knock.node(), knock.incarnation())) {
      return; // A node that is to be let in later knocks again.
    }
    Optional<TransportType> transport = TransportType.of(knock.transport());
    if (!Names.isName(knock.node()) || transport.isEmpty()) {
      passOver(knock, "it names an invalid node or transport");
      return;
    }
    LivePeer known = roster.get(knock.node());
    boolean same = known != null && known.incarnation() == knock.incarnation();
    if (same || isTrue(knock)) {
      letIn(knock, transport.get(), known, same);
    }
  }

  private void letIn(Knock knock, TransportType transport, LivePeer known, boolean same) {
    if (known != null && !same) {
      successors.put(knock.node(), knock);
      roster.succeeded(known);
      return;
    }
    LivePeer peer = same ? known : begin(knock.node(), knock.incarnation());
    peer.invitedOn(transport);
    connect(peer);
  }

  /** A peer is gone: its name is free for another. */
  void parted(LivePeer peer) {
    Knock knock = successors.remove(peer.name());
    if (knock != null) {
      onKnock(knock);
    }
  }

  /**
   * Returns whether the knock comes from the node that it names, because anybody who may take part
   * can write one.
   */
  private boolean isTrue(Knock knock) {
    try {
      if (directory.isPublished(knock.node(), knock.incarnation())) {
        return true;
      }
      passOver(knock, "its node is not there");
    } catch (IOException e) {
      passOver(knock, e.getMessage());
    }
    return false;
  }

  private void passOver(Knock knock, String why) {
    if (complaints.permits()) {
      log.warn("A knock is ignored (" + why + "): " + knock);
    }
  }

  private void connect(LivePeer peer) {
    if (!peer.canConnect() || !hasStore(peer)) {
      return;
    }
    Path base =
        directory
            .nodeDirectory(peer.name())
            .resolve(config.node() + "-" + NodeRecord.hex(roster.incarnation()));
    OutboundChannel channel;
    try {
      channel = transports.get(peer.transport()).openOutbound(base, peer.wayOut());
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT, Errno.ENXIO)) {
        unreachable(peer, "its channel can't be opened", e);
      }
      return;
    } catch (IOException | RuntimeException e) {
      unreachable(peer, "its channel can't be opened", e);
      return;
    }
    peer.connected(channel, new FrameSender(channel, config.options().getSendQueueBytes()));
    peer.send(
        ControlFrames.hello(
            new ControlFrames.Hello(
                roster.incarnation(),
                peer.incarnation(),
                vertx,
                config.options().getMaxMessageBytes(),
                config.node())));
    roster.connected(peer);
    owner.onConnected(peer);
  }

  /**
   * Returns whether its store is open, if it keeps one; otherwise opens the store, and continues
   * then.
   */
  private boolean hasStore(LivePeer peer) {
    if (!peer.transport().isDurable() || peer.outbox() != null) {
      return true;
    }
    owner
        .outbox(peer.name())
        .onComplete(
            opened -> {
              if (opened.failed()) {
                unreachable(peer, "its store can't be opened", opened.cause());
              } else if (!closed) {
                peer.storesIn(opened.result());
                connect(peer);
              }
            });
    return false;
  }

  private void watch() {
    if (timer < 0) {
      timer = context.owner().setPeriodic(LOOK_MILLIS, id -> look());
    }
  }

  private void look() {
    boolean all = true;
    for (LivePeer peer : List.copyOf(roster.all())) {
      if (!peer.isGreeted() && peer.state() != LivePeer.State.GONE) {
        all = false;
        look(peer);
      }
    }
    if (all && timer >= 0) {
      context.owner().cancelTimer(timer);
      timer = -1;
    }
  }

  private void look(LivePeer peer) {
    try {
      if (!directory.isAlive(peer.name())) {
        roster.onDeparted(peer, Departure.of(Departure.Reason.DIED), null);
      } else if (peer.state() != LivePeer.State.PREPARING) {
        // This also happens when our way to it is open, because it opens the way to us only when it
        // has received the knock.
        knock(peer);
        connect(peer);
      }
    } catch (IOException e) {
      unreachable(peer, "it can't be checked", e);
    }
  }
}
