package org.vertxipc.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.Names;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.StoreDirectory;
import org.vertxipc.store.StoreSettings;
import org.vertxipc.store.Stores;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;

/**
 * This node on a bus. A node publishes itself before it looks for others, so of any two nodes at
 * least one sees the other and knocks at its door. Both then make the channel on which they
 * receive, and open the other's.
 *
 * <p>All methods are called on the context given to the constructor, and all callbacks run there.
 */
public final class Bus {
  private static final Logger log = LoggerFactory.getLogger(Bus.class);
  // A name that is made for this process alone.
  private static final Pattern PASSING = Pattern.compile("node-[0-9]+-[0-9a-f]{8}");
  // A handshake that is not done by then is looked after: is the peer alive, did it miss a knock?
  private static final long HANDSHAKE_MILLIS = 100;
  private static final long FLUSH_CHECK_MILLIS = 2;
  private static final int CLEAN_ATTEMPTS = 40;
  private static final long CLEAN_MILLIS = 50;

  private static final AtomicBoolean FALLBACK_SAID = new AtomicBoolean();

  private final ContextInternal context;
  private final BusConfig config;
  private final long vertx;
  private final BusListener listener;
  private BusDirectory directory;
  private final long incarnation = new SecureRandom().nextLong();
  private final Map<String, LivePeer> peers = new HashMap<>();
  private final List<LivePeer> dirty = new ArrayList<>();
  // By the name of the peer that could not be connected.
  private final Map<String, Shortage> shortages = new HashMap<>();
  private StoreDirectory storeDirectory;
  private StandIns standIns;
  private Stores stores;
  private Transports transports;
  private Reactor reactor;
  private Runnable flushSoon;
  private Runnable flushNextTurn;
  private boolean flushQueued;
  private Door door;
  private int lock = -1;
  private Thread exitHook;
  private long handshakeTimer = -1;
  private Promise<Void> settled;
  private boolean leaving;
  private long knockSaid = System.nanoTime() - 2_000_000_000;
  private boolean paused;
  private List<String> exported = List.of();

  /**
   * A node, not on the bus yet.
   *
   * @param context an event-loop context: all work is done on its loop
   * @param config what to join
   * @param vertx incarnation of the Vert.x, which is told to peers
   * @param listener told of peers
   */
  public Bus(ContextInternal context, BusConfig config, long vertx, BusListener listener) {
    this.vertx = vertx;
    this.context = context;
    this.config = config;
    this.listener = listener;
  }

  /**
   * Whether a name is fit for a bus or a node: it becomes a file name.
   *
   * @param name the name
   * @return true for 1 to 64 letters, digits, dots, hyphens and underscores, not starting with a
   *     dot or a hyphen
   */
  public static boolean isName(String name) {
    return Names.isName(name);
  }

  /**
   * Joins: takes the name, makes itself known, and connects to the nodes that are there.
   *
   * @return done when those nodes have announced what they export, or after {@link
   *     BusConfig#startMillis} at the latest
   */
  public Future<Void> join() {
    NodeRecord self = NodeRecord.ofThisProcess(config.node(), incarnation, config.transport());
    return blocking(
            () -> {
              Posix.load();
              directory = new BusDirectory(config);
              storeDirectory =
                  new StoreDirectory(config.access(), config.transports().mapped(), config.bus());
              return directory.claim(self);
            })
        .compose(
            fd -> {
              lock = fd;
              cleanUpOnExit();
              return joinClaimed().recover(e -> leave().transform(left -> Future.failedFuture(e)));
            });
  }

  private Future<Void> joinClaimed() {
    try {
      open();
    } catch (IOException | RuntimeException e) {
      return context.failedFuture(e);
    }
    return blocking(
            () -> {
              transports.receiving().prepare(directory.nodeDirectory(config.node()));
              return null;
            })
        .compose(v -> stores.read(exported))
        .compose(v -> openDoor())
        .compose(v -> blocking(() -> directory.scan(config.node())))
        .compose(alive -> connectAll(alive).compose(v -> standIns.expect(present(alive))));
  }

  /** Whoever knocks from now on finds that this node reads what was left for it. */
  private Future<Void> openDoor() {
    try {
      door = new Door(reactor, config.access(), directory.door(config.node()), this::onKnock);
      return context.succeededFuture();
    } catch (IOException | RuntimeException e) {
      return context.failedFuture(e);
    }
  }

  private Set<String> present(List<NodeRecord> alive) {
    Set<String> there = new HashSet<>(peers.keySet());
    alive.forEach(record -> there.add(record.node()));
    there.add(config.node());
    return there;
  }

  /**
   * Says what this node exports, to those that are to write to it while it is down.
   *
   * @param addresses all of them
   * @return done when it is written down; at once for a node that keeps no store
   */
  public Future<Void> exported(Collection<String> addresses) {
    exported = List.copyOf(addresses);
    return stores == null || leaving ? context.succeededFuture() : stores.exported(exported);
  }

  long incarnation() {
    return incarnation;
  }

  boolean isLeaving() {
    return leaving;
  }

  LivePeer peer(String name) {
    return peers.get(name);
  }

  // A process that ends without leaving, but in order, leaves no files either.
  private void cleanUpOnExit() {
    BusDirectory held = directory;
    exitHook = new Thread(() -> held.removeFiles(config.node()), "vertx-ipc-exit");
    try {
      Runtime.getRuntime().addShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      exitHook = null; // The process is about to end; what it leaves is found by its free lock.
    }
  }

  private void forgetExitHook() {
    if (exitHook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(exitHook);
      } catch (IllegalStateException e) {
        // It runs just now, beside this orderly end: each removes what is still there.
        log.debug("Leaving the bus while the process ends");
      }
    }
  }

  private void open() throws IOException {
    reactor = Reactor.create(context);
    if (!reactor.isNative() && FALLBACK_SAID.compareAndSet(false, true)) {
      log.info(
          "Native epoll is not in use: descriptors are watched by a thread of their own, which is"
              + " slower. Set preferNativeTransport to use epoll.");
    }
    flushSoon = reactor.bind(this::flushNow);
    flushNextTurn = reactor.perTurn(this::flushNow);
    transports = new Transports(reactor, config, storeDirectory.path());
    StoreSettings settings =
        new StoreSettings(
            config.access(),
            config.node(),
            transports.isDurable(),
            PASSING.matcher(config.node()).matches(),
            config.transports().mapped(),
            config.transports().idle(),
            config.maxMessageBytes(),
            config.sendQueueBytes());
    standIns = new StandIns(context, reactor, settings, storeDirectory, listener, peers::get);
    stores = standIns.stores();
  }

  private Future<Void> connectAll(List<NodeRecord> alive) {
    for (NodeRecord record : alive) {
      meet(record.node(), record.incarnation());
    }
    settled = context.promise();
    long timer = context.setTimer(config.startMillis(), id -> settled.tryComplete());
    synced();
    return settled.future().onComplete(done -> context.owner().cancelTimer(timer));
  }

  void synced(LivePeer peer) {
    standIns.returned(peer.name());
    synced();
  }

  void synced() {
    if (settled != null && peers.values().stream().allMatch(LivePeer::isSettled)) {
      settled.tryComplete();
    }
  }

  /**
   * The peers, in whatever state.
   *
   * @return a live view
   */
  public Collection<LivePeer> peers() {
    return peers.values();
  }

  /**
   * Stops to take frames of peers, or goes on: meanwhile they run out of room and have to wait.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    this.paused = paused;
    peers.values().forEach(p -> p.setPaused(paused));
    if (stores != null) {
      stores.setPaused(paused);
    }
  }

  private <T> Future<T> blocking(Callable<T> task) {
    return context.executeBlocking(task, false);
  }

  private LivePeer meet(String name, long incarnationOfPeer) {
    LivePeer known = peers.get(name);
    if (known != null && known.incarnation() == incarnationOfPeer) {
      return known;
    }
    if (known != null) {
      gone(known, Departure.of(Departure.Reason.RESTARTED), null);
      peers.remove(name);
    }
    LivePeer peer = new LivePeer(this, name, incarnationOfPeer, config.maxMessageBytes());
    peers.put(name, peer);
    watchHandshakes();
    Path base =
        directory
            .nodeDirectory(config.node())
            .resolve(name + "-" + NodeRecord.hex(incarnationOfPeer));
    stores.readFrom(name);
    blocking(() -> transports.receiving().createInbound(base, directory.pid(name)))
        .onComplete(made -> onPrepared(peer, made));
    return peer;
  }

  private void onPrepared(LivePeer peer, AsyncResult<InboundChannel> made) {
    if (made.failed()) {
      goneForNow(peer, "it can't be given a channel", made.cause());
    } else if (leaving || peer.state() != LivePeer.State.PREPARING) {
      made.result().close();
    } else {
      peer.prepared(made.result());
      knock(peer);
      connect(peer);
    }
  }

  /** Where waiting may help, as when descriptors have run out, it is met again later. */
  private void goneForNow(LivePeer peer, String what, Throwable cause) {
    String detail = what + ": " + cause.getMessage();
    if (Shortage.isOne(cause) && !leaving) {
      String name = peer.name();
      long delay = shortages.computeIfAbsent(name, n -> new Shortage()).nextDelay();
      unreachable(peer, detail + "; it is tried again in " + delay + " ms", cause);
      context.owner().setTimer(delay, id -> meetAgain(name, peer.incarnation()));
    } else {
      unreachable(peer, detail, cause);
    }
  }

  private void unreachable(LivePeer peer, String detail, Throwable cause) {
    gone(peer, new Departure(Departure.Reason.UNREACHABLE, detail), cause);
  }

  private void meetAgain(String name, long incarnationOfPeer) {
    Shortage shortage = shortages.get(name);
    if (leaving || shortage == null) {
      return;
    }
    shortage.over();
    try {
      if (!directory.isAlive(name)) {
        shortages.remove(name);
      } else if (!peers.containsKey(name)) {
        meet(name, incarnationOfPeer);
      }
    } catch (IOException e) {
      log.warn("Node '" + name + "' can't be looked after", e);
    }
  }

  /** A peer has said hello: nothing is short any more. */
  void greeted(LivePeer peer) {
    shortages.remove(peer.name());
  }

  private void knock(LivePeer peer) {
    Knock knock =
        new Knock(config.node(), incarnation, peer.incarnation(), transports.receiving().id());
    try {
      Door.knock(config.access(), directory.door(peer.name()), knock);
    } catch (PosixException e) {
      if (!e.is("ENOENT", "ENXIO", "EPIPE")) {
        goneForNow(peer, "its door can't be opened", e);
      }
      // Else it is not there; whether it is dead is told by its lock, when the timer asks.
    } catch (IOException e) {
      unreachable(peer, "its door can't be opened: " + e.getMessage(), e);
    }
  }

  private void onKnock(Knock knock) {
    if (leaving || knock.addressee() != incarnation || knock.node().equals(config.node())) {
      return;
    }
    if (!isName(knock.node()) || transports.get(knock.transport()) == null) {
      passOver(knock, "it names what there can't be");
      return;
    }
    Shortage shortage = shortages.get(knock.node());
    if (shortage != null && shortage.isWaiting()) {
      return; // It knocks again.
    }
    if (!isKnown(knock) && !isTrue(knock)) {
      return;
    }
    LivePeer peer = meet(knock.node(), knock.incarnation());
    peer.invitedOn(knock.transport());
    connect(peer);
  }

  private boolean isKnown(Knock knock) {
    LivePeer known = peers.get(knock.node());
    return known != null && known.incarnation() == knock.incarnation();
  }

  /** Whether it comes of the node that it names: anybody who may take part can write a knock. */
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

  // Once a second: whoever can write to the door could fill the disk with what is said of it.
  private void passOver(Knock knock, String why) {
    long now = System.nanoTime();
    if (now - knockSaid > 1_000_000_000) {
      knockSaid = now;
      log.warn("A knock is passed over, " + why + ": " + knock);
    }
  }

  private void connect(LivePeer peer) {
    if (!peer.canConnect() || !hasStore(peer)) {
      return;
    }
    Path base =
        directory
            .nodeDirectory(peer.name())
            .resolve(config.node() + "-" + NodeRecord.hex(incarnation));
    OutboundChannel channel;
    try {
      channel = transports.get(peer.transport()).openOutbound(base, peer);
    } catch (PosixException e) {
      if (!e.is("ENOENT", "ENXIO")) {
        goneForNow(peer, "its channel can't be opened", e);
      }
      return;
    } catch (IOException | RuntimeException e) {
      unreachable(peer, e.getMessage(), e);
      return;
    }
    peer.connected(channel, new FrameSender(channel, config.sendQueueBytes()));
    peer.send(
        ControlFrames.hello(
            new ControlFrames.Hello(
                incarnation, peer.incarnation(), vertx, config.maxMessageBytes(), config.node())));
    listener.onUp(peer);
    peer.startReading();
    peer.setPaused(paused);
    stores.connected(peer.name(), peer::nudge);
  }

  /** Whether its store is open, when it keeps one: else it is opened, and this goes on then. */
  private boolean hasStore(LivePeer peer) {
    if (!transports.isDurable(peer.transport()) || peer.outbox() != null) {
      return true;
    }
    stores
        .outbox(peer.name())
        .onComplete(
            opened -> {
              if (opened.failed()) {
                goneForNow(peer, "its store can't be opened", opened.cause());
              } else if (!leaving) {
                peer.storesIn(opened.result());
                connect(peer);
              }
            });
    return false;
  }

  void nudged(LivePeer peer) {
    stores.nudged(peer.name());
  }

  private void watchHandshakes() {
    if (handshakeTimer < 0) {
      handshakeTimer = context.owner().setPeriodic(HANDSHAKE_MILLIS, id -> checkHandshakes());
    }
  }

  private void checkHandshakes() {
    boolean all = true;
    for (LivePeer peer : List.copyOf(peers.values())) {
      if (!peer.isGreeted() && peer.state() != LivePeer.State.GONE) {
        all = false;
        checkHandshake(peer);
      }
    }
    if (all) {
      context.owner().cancelTimer(handshakeTimer);
      handshakeTimer = -1;
    }
  }

  private void checkHandshake(LivePeer peer) {
    try {
      if (!directory.isAlive(peer.name())) {
        gone(peer, Departure.of(Departure.Reason.DIED), null);
      } else if (peer.state() != LivePeer.State.PREPARING) {
        // Also when our way to it is open: it opens the way to us only when it has heard the knock.
        knock(peer);
        connect(peer);
      }
    } catch (IOException e) {
      goneForNow(peer, "it can't be looked after", e);
    }
  }

  void frame(LivePeer peer, Frame frame) {
    listener.onFrame(peer, frame);
  }

  void drained(LivePeer peer) {
    listener.onDrained(peer);
  }

  /** Flushes after the tasks that are queued on the loop by now: they may have more to send. */
  void flushSoon(LivePeer peer) {
    dirty.add(peer);
    if (!flushQueued) {
      flushQueued = true;
      reactor.execute(flushSoon);
    }
  }

  /** Flushes when the loop has looked at its descriptors. */
  void flushNextTurn(LivePeer peer) {
    dirty.add(peer);
    if (!flushQueued) {
      flushQueued = true;
      flushNextTurn.run();
    }
  }

  void flushNow() {
    flushQueued = false;
    // Those that are not done with their flush come back to the list, for the next turn.
    int count = dirty.size();
    for (int i = 0; i < count; i++) {
      dirty.get(i).flush();
    }
    if (count == dirty.size()) {
      dirty.clear();
    } else {
      dirty.subList(0, count).clear();
    }
  }

  /**
   * Marks a peer as gone at once, and closes its channels in a turn of its own: whoever notices may
   * be in the middle of reading from them.
   */
  void gone(LivePeer peer, Departure why, Throwable cause) {
    if (peer.state() == LivePeer.State.GONE) {
      return;
    }
    boolean wasUp = peer.canSend();
    peer.markGone();
    if (cause != null) {
      log.warn("Node '" + peer.name() + "' " + why, cause);
    }
    reactor.execute(
        reactor.bind(
            () -> {
              peer.close();
              peers.remove(peer.name(), peer);
              synced();
              if (wasUp) {
                stores.disconnected(peer.name());
                listener.onDown(peer, why, leaving ? null : standIns.standIn(peer));
              }
              if (!leaving) {
                cleanUp(peer.name(), CLEAN_ATTEMPTS);
              }
            }));
  }

  /**
   * Removes what a dead node left. The kernel closes the descriptors of a dying process one after
   * the other, so that its life-line may be gone a moment before its lock is.
   */
  private void cleanUp(String node, int attempts) {
    if (leaving || peers.containsKey(node)) {
      return;
    }
    blocking(() -> directory.cleanIfDead(node))
        .onFailure(e -> log.warn("What node '" + node + "' left can't be removed", e))
        .onSuccess(
            done -> {
              if (!done && attempts > 1) {
                context
                    .owner()
                    .setTimer(
                        CLEAN_MILLIS, id -> context.dispatch(() -> cleanUp(node, attempts - 1)));
              }
            });
  }

  /**
   * Leaves: says goodbye, waits until what was sent is written or {@link BusConfig#closeMillis} is
   * over, and removes everything of this node. Messages of peers are still taken while it waits.
   *
   * @return done when nothing is left; never fails
   */
  public Future<Void> leave() {
    if (leaving) {
      return context.succeededFuture();
    }
    leaving = true;
    if (door != null) {
      door.close();
    }
    if (handshakeTimer >= 0) {
      context.owner().cancelTimer(handshakeTimer);
    }
    if (settled != null) {
      settled.tryComplete();
    }
    for (LivePeer peer : List.copyOf(peers.values())) {
      peer.send(ControlFrames.bare(FrameKind.BYE));
    }
    flushNow();
    Promise<Void> flushed = context.promise();
    awaitFlushed(flushed, System.nanoTime() + config.closeMillis() * 1_000_000);
    return flushed
        .future()
        .compose(
            done -> {
              for (LivePeer peer : peers.values()) {
                peer.close();
              }
              peers.clear();
              return stores == null ? context.succeededFuture() : stores.close();
            })
        .compose(
            closed -> {
              if (transports != null) {
                transports.close();
              }
              if (reactor != null) {
                reactor.close();
              }
              return blocking(
                  () -> {
                    if (lock >= 0) {
                      forgetExitHook();
                      directory.release(config.node(), lock);
                    }
                    return null;
                  });
            });
  }

  private void awaitFlushed(Promise<Void> flushed, long deadline) {
    boolean all =
        peers.values().stream().allMatch(LivePeer::isFlushed)
            && (stores == null || stores.isFlushed());
    if (all || System.nanoTime() - deadline > 0) {
      flushed.complete();
    } else {
      context.owner().setTimer(FLUSH_CHECK_MILLIS, id -> awaitFlushed(flushed, deadline));
    }
  }
}
