package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.BusOptions;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.Outbox;
import org.vertxipc.store.StoreDirectory;
import org.vertxipc.store.StoreSettings;
import org.vertxipc.store.Stores;

/**
 * This node on a bus. A node publishes itself before it looks for others, so of any two nodes at
 * least one sees the other and knocks at its door. Both then make the channel on which they
 * receive, and open the other's.
 *
 * <p>All methods are called on the context given to the constructor, and all callbacks run there.
 */
public final class Bus {
  private static final Logger log = LoggerFactory.getLogger(Bus.class);
  private static final long FLUSH_CHECK_MILLIS = 2;
  private static final AtomicBoolean FALLBACK_SAID = new AtomicBoolean();

  private final ContextInternal context;
  private final BusConfig config;
  private final long vertx;
  private final BusListener listener;
  private final CounterSet counters;
  private final long incarnation = new SecureRandom().nextLong();
  private NodeRecord self;
  private BusDirectory directory;
  private StoreDirectory storeDirectory;
  private Membership membership;
  private Showcase showcase;
  private Vigil vigil;
  private Reactor reactor;
  private Transports transports;
  private Roster roster;
  private Remains remains;
  private Handshakes handshakes;
  private StandIns standIns;
  private Stores stores;
  private Promise<Void> settled;
  private boolean leaving;
  private boolean paused;
  private List<String> exported = List.of();

  /**
   * Creates a node that is not on the bus yet.
   *
   * @param context an event-loop context: all work is done on its loop
   * @param config what to join
   * @param vertx incarnation of the Vert.x, which is told to peers
   * @param listener is told about peers
   * @param counters what this node counts, of which its own are a part
   */
  public Bus(
      ContextInternal context,
      BusConfig config,
      long vertx,
      BusListener listener,
      CounterSet counters) {
    this.vertx = vertx;
    this.context = context;
    this.config = config;
    this.listener = listener;
    this.counters = counters;
  }

  /**
   * Joins: takes the name, makes itself known, and connects to the nodes that are already there.
   *
   * @return completes when those nodes have announced their exports, or after {@link
   *     BusOptions#getStartTimeoutMillis} at the latest
   */
  public Future<Void> join() {
    return blocking(
            () -> {
              Posix.load();
              self = NodeRecord.ofThisProcess(config, incarnation);
              directory = new BusDirectory(config);
              storeDirectory =
                  new StoreDirectory(config.access(), config.options().getMapped(), config.bus());
              return Membership.claim(config.access(), directory, self);
            })
        .compose(
            claimed -> {
              membership = claimed;
              showcase = new Showcase(context, membership);
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
              transports
                  .get(transports.receiving())
                  .prepare(directory.nodeDirectory(config.node()));
              return null;
            })
        .compose(v -> stores.read(exported))
        .compose(v -> openDoor())
        .compose(v -> blocking(() -> directory.scan(config.node())))
        .compose(alive -> meetAll(alive).compose(v -> standIns.expect(present(alive))));
  }

  /** Whoever knocks from now on can rely on this node reading what was stored for it. */
  private Future<Void> openDoor() {
    try {
      handshakes.openDoor();
      return context.succeededFuture();
    } catch (IOException | RuntimeException e) {
      return context.failedFuture(e);
    }
  }

  private Set<String> present(List<NodeRecord> alive) {
    Set<String> there = new HashSet<>();
    roster.all().forEach(peer -> there.add(peer.name()));
    alive.forEach(record -> there.add(record.node()));
    there.add(config.node());
    return there;
  }

  private void open() throws IOException {
    reactor = Reactor.create(context);
    reactor.counts().show(counters, Map.of());
    Events events = new Events();
    Reunions reunions = new Reunions(context, events);
    Flusher flusher = new Flusher(reactor);
    roster =
        new Roster(context, reactor, flusher, reunions, listener, events, incarnation, counters);
    roster.setPaused(paused);
    remains = new Remains(context, directory, roster);
    transports = new Transports(reactor, config, storeDirectory.path());
    standIns =
        new StandIns(context, reactor, storeSettings(), storeDirectory, listener, roster::get);
    stores = standIns.stores();
    stores.setPaused(paused);
    handshakes =
        new Handshakes(
            context, reactor, config, self, vertx, directory, transports, roster, reunions, events);
    vigil = new Vigil(context, membership, events);
  }

  private StoreSettings storeSettings() {
    return new StoreSettings(
        config.access(),
        config.node(),
        transports.receiving().isDurable(),
        config.passing(),
        config.options());
  }

  private Future<Void> meetAll(List<NodeRecord> alive) {
    for (NodeRecord record : alive) {
      handshakes.meet(record.node(), record.incarnation());
    }
    settled = context.promise();
    long timer =
        context.setTimer(config.options().getStartTimeoutMillis(), id -> settled.tryComplete());
    settleIfAllAre();
    return settled.future().onComplete(done -> context.owner().cancelTimer(timer));
  }

  private void settleIfAllAre() {
    if (settled != null && roster.areSettled()) {
      settled.tryComplete();
    }
  }

  /**
   * Records what this node exports, for those that write to it while it is down.
   *
   * @param addresses all of them
   * @return completes when it is recorded; at once for a node that keeps no store
   */
  public Future<Void> exported(Collection<String> addresses) {
    exported = List.copyOf(addresses);
    return stores == null || leaving ? context.succeededFuture() : stores.exported(exported);
  }

  /**
   * Returns the peers, in any state.
   *
   * @return a live view; none before this node has joined
   */
  public Collection<LivePeer> peers() {
    return roster == null ? List.of() : roster.all();
  }

  /**
   * Stops or resumes reading frames of peers; while it is stopped they run out of room and have to
   * wait.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    this.paused = paused;
    if (roster != null) {
      roster.setPaused(paused);
    }
    if (stores != null) {
      stores.setPaused(paused);
    }
  }

  /**
   * Shows the counters to others, if there is news and this node is on the bus.
   *
   * @return whether there is news
   */
  public boolean show() {
    return showcase != null && !leaving && showcase.show(counters);
  }

  private <T> Future<T> blocking(Callable<T> task) {
    return context.executeBlocking(task, false);
  }

  /**
   * Leaves: says goodbye, waits until everything sent is written or {@link
   * BusOptions#getCloseTimeoutMillis} is over, and removes everything of this node. Messages of
   * peers are still accepted while it waits.
   *
   * @return completes when nothing is left; never fails
   */
  public Future<Void> leave() {
    if (leaving) {
      return context.succeededFuture();
    }
    leaving = true;
    if (vigil != null) {
      vigil.close();
    }
    if (handshakes != null) {
      handshakes.close();
    }
    if (settled != null) {
      settled.tryComplete();
    }
    if (roster == null) {
      return close();
    }
    roster.leave();
    Promise<Void> flushed = context.promise();
    awaitFlushed(flushed, System.nanoTime() + config.options().getCloseTimeoutMillis() * 1_000_000);
    return flushed.future().compose(done -> close());
  }

  private void awaitFlushed(Promise<Void> flushed, long deadline) {
    if ((roster.areFlushed() && stores.isFlushed()) || System.nanoTime() - deadline > 0) {
      flushed.complete();
    } else {
      context.owner().setTimer(FLUSH_CHECK_MILLIS, id -> awaitFlushed(flushed, deadline));
    }
  }

  private Future<Void> close() {
    if (roster != null) {
      roster.close();
    }
    Future<Void> stored = stores == null ? context.succeededFuture() : stores.close();
    return stored.compose(v -> closeRest());
  }

  private Future<Void> closeRest() {
    if (transports != null) {
      transports.close();
    }
    if (reactor != null) {
      reactor.close();
    }
    return blocking(
        () -> {
          if (membership != null) {
            membership.release();
          }
          return null;
        });
  }

  /** Passes events from one of the parts to another that they concern. */
  private final class Events implements Roster.Owner, Handshakes.Owner, Reunions.Look, Vigil.Owner {
    @Override
    public void onMeeting(String node) {
      stores.readFrom(node);
    }

    @Override
    public Future<Outbox> outbox(String node) {
      return stores.outbox(node);
    }

    @Override
    public void onConnected(LivePeer peer) {
      // A node that is alone does not care, and the first message that is logged takes a while.
      if (!reactor.isNative() && FALLBACK_SAID.compareAndSet(false, true)) {
        log.info(
            "Native epoll is not in use: descriptors are watched by a separate thread, which is"
                + " slower. Set preferNativeTransport to use epoll.");
      }
      stores.connected(peer.name(), peer::nudge);
    }

    @Override
    public void onNudge(LivePeer peer) {
      stores.nudged(peer.name());
    }

    @Override
    public void onSettled(LivePeer peer) {
      if (peer.isConnected()) {
        standIns.returned(peer.name());
      }
      settleIfAllAre();
    }

    @Override
    public AbsentPeer replace(LivePeer peer) {
      stores.disconnected(peer.name());
      return leaving ? null : standIns.standIn(peer);
    }

    @Override
    public void onParted(LivePeer peer) {
      if (!leaving) {
        remains.remove(peer.name());
        handshakes.parted(peer);
      }
    }

    @Override
    public void onMended(List<Path> made) {
      showcase.startOver();
      if (made.contains(directory.door(config.node())) && handshakes.isDoorOpen()) {
        try {
          handshakes.openDoor();
        } catch (IOException e) {
          log.error("The door of this node can't be opened; recreating it", e);
          membership.forgetDoor();
        }
      }
      handshakes.startOver();
      // Others may have come meanwhile, and found nobody.
      blocking(() -> directory.scan(config.node()))
          .onSuccess(alive -> alive.forEach(r -> handshakes.meet(r.node(), r.incarnation())))
          .onFailure(e -> log.warn("Can't look for other nodes", e));
    }

    @Override
    public void again(String node, long incarnationOfPeer) {
      handshakes.meetAgain(node, incarnationOfPeer);
    }
  }
}
