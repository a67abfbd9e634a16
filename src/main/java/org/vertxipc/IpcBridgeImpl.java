package org.vertxipc;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.shareddata.Shareable;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vertxipc.bridge.Addresses;
import org.vertxipc.bridge.Bridge;
import org.vertxipc.bridge.Counters;
import org.vertxipc.bridge.Loss;
import org.vertxipc.bridge.Losses;
import org.vertxipc.bridge.PeerEvent;
import org.vertxipc.bus.BusCleaner;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.channel.ring.SysvKey;
import org.vertxipc.link.Links;
import org.vertxipc.metrics.Meters;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.OptionsCheck;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.LoopContext;

/**
 * Creates a bridge from options, and converts what it reports into the public types. What a start
 * makes ends with {@link #close}, with the owner, or with the failure of that start, whatever comes
 * first.
 */
final class IpcBridgeImpl implements IpcBridge, Shareable {
  private static final Logger log = LoggerFactory.getLogger(IpcBridgeImpl.class);

  // What meters say of a bridge that has links only.
  private static final String NO_BUS = "none";

  private final VertxInternal vertx;
  private final BusOptions bus;
  private final String node;
  private final boolean onBus;
  private final Owner owner;
  private final Closeable hook = this::ownerEnds;
  private final Bridge bridge;
  private final Links links;
  private final Meters meters;
  private final PeerHandlers peerHandlers;
  private final ExportWaits exportWaits;
  private final Consumer<PeerEvent> onPeerEvent = this::tell;
  private Future<Void> started;
  private boolean begun;
  private Future<Void> left;

  IpcBridgeImpl(Vertx vertx, IpcBridgeOptions options) {
    OptionsCheck.bridge(options);
    // The options are copied, so that later changes by the caller have no effect here.
    IpcBridgeOptions own = new IpcBridgeOptions(options).nameLinks();
    this.bus = own.getBus();
    this.onBus = own.hasBus();
    // A wrong key is reported now, not when the bridge is started.
    SysvKey.parse(bus.getSysv().getKey());
    this.vertx = (VertxInternal) vertx;
    this.node = bus.getNode() != null ? bus.getNode() : defaultNode();
    this.owner = Owner.current(this.vertx);
    ContextInternal context = eventLoop(this.vertx);
    // Binding the C library takes a while, so it begins here; the start waits for it and reports a
    // failure.
    vertx.executeBlocking(Executors.callable(Posix::load), false);
    this.bridge = new Bridge(context, new BusConfig(bus, node));
    this.links = new Links(context, own.getLinks(), bridge.counters().shown());
    String shownBus = onBus ? bus.getName() : NO_BUS;
    this.meters = new Meters(context, bridge.counters().shown(), shownBus, node);
    this.peerHandlers = new PeerHandlers(this.vertx);
    this.exportWaits =
        new ExportWaits(
            this.vertx,
            () ->
                bridge
                    .peers()
                    .map(peers -> peers.stream().flatMap(p -> p.exports().stream()).toList()));
    bridge.onPeerEvent(onPeerEvent);
  }

  private static String defaultNode() {
    String digits = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    return "node-" + ProcessHandle.current().pid() + "-" + digits;
  }

  private static ContextInternal eventLoop(VertxInternal vertx) {
    ContextInternal context = vertx.getOrCreateContext().unwrap();
    return context.threadingModel() == ThreadingModel.EVENT_LOOP
        ? LoopContext.on(context)
        : vertx.contextBuilder().build();
  }

  static Future<List<String>> clean(
      Vertx vertx, BusOptions options, boolean stores, boolean dryRun) {
    OptionsCheck.place(options);
    BusConfig bus = place(options);
    return vertx.executeBlocking(() -> new BusCleaner(bus).clean(stores, dryRun));
  }

  /** Returns where a bus is, for somebody who takes no part in it. */
  static BusConfig place(BusOptions options) {
    return new BusConfig(new BusOptions(options), defaultNode());
  }

  BusOptions bus() {
    return bus;
  }

  synchronized boolean isStarted() {
    return started != null && started.succeeded() && left == null;
  }

  /** Succeeds when everything has ended; null while nobody has asked for that. */
  synchronized Future<Void> left() {
    return left;
  }

  @Override
  public Future<Void> start() {
    UserContext caller = UserContext.current(vertx);
    Promise<Void> starting;
    synchronized (this) {
      if (left != null) {
        return Future.failedFuture(new IllegalStateException("The bridge is closed"));
      }
      if (started != null) {
        return caller.follow(started);
      }
      starting = Promise.promise();
      started = starting.future();
    }
    begin().onComplete(starting);
    return caller.follow(starting.future());
  }

  private Future<Void> begin() {
    Future<Void> begun;
    if (!owner.add(hook)) {
      begun =
          Future.failedFuture(
              new IllegalStateException("The bridge can't be started: " + owner.ended()));
    } else if (onBus) {
      begun =
          LocalBridges.take(vertx, this)
              .compose(v -> unlessLeft(meters::start))
              .compose(v -> unlessLeft(bridge::start));
    } else {
      begun = unlessLeft(meters::start);
    }
    return begun
        .compose(v -> unlessLeft(links::start))
        .compose(v -> unlessLeft(Future::succeededFuture))
        .recover(this::startFailed);
  }

  private Future<Void> unlessLeft(Supplier<Future<Void>> next) {
    synchronized (this) {
      if (left != null) {
        return Future.failedFuture("The bridge is closed");
      }
      begun = true;
    }
    // Whoever leaves from now on stops what is started here, even before it has started.
    return next.get();
  }

  private Future<Void> startFailed(Throwable e) {
    Throwable why =
        left() == null
            ? explained(e)
            : new IllegalStateException("The bridge was closed while it was started", e);
    // It may have got its place only after it left.
    return leave()
        .onComplete(v -> LocalBridges.leave(vertx, this))
        .transform(v -> Future.failedFuture(why));
  }

  /**
   * An error in the C library is thrown where the library is bound, which begins before the start;
   * later the JVM says only that a class could not be initialised, and gives the reason in the
   * cause.
   */
  private static Throwable explained(Throwable e) {
    return e instanceof NoClassDefFoundError && e.getCause() != null
        ? new IllegalStateException(e.getCause().getMessage(), e)
        : e;
  }

  @Override
  public Future<Void> close() {
    UserContext caller = UserContext.current(vertx);
    return caller.follow(leave());
  }

  /** Ends everything, once. */
  private Future<Void> leave() {
    Promise<Void> leaving = Promise.promise();
    boolean toStop;
    synchronized (this) {
      if (left != null) {
        return left;
      }
      left = leaving.future();
      toStop = begun;
    }
    exportWaits.close();
    (toStop ? stop() : Future.<Void>succeededFuture())
        .onComplete(
            (v, e) -> {
              bridge.removePeerHandler(onPeerEvent);
              peerHandlers.close();
              // This comes before the result is reported, so that whoever waits for the place finds
              // it free.
              LocalBridges.leave(vertx, this);
              owner.remove(hook);
              leaving.complete(null, e);
            });
    return leaving.future();
  }

  private Future<Void> stop() {
    Future<Void> linksEnded = Future.future(p -> links.stop().onComplete(p));
    return linksEnded
        .eventually(() -> Future.<Void>future(p -> bridge.stop().onComplete(p)))
        .eventually(meters::stop);
  }

  private void ownerEnds(Completable<Void> done) {
    leave()
        .onFailure(e -> log.warn("Node '" + node + "' did not shut down cleanly", e))
        .onComplete(done);
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Future<Void> export(String address) {
    return UserContext.current(vertx).follow(bridge.export(Addresses.require(address)));
  }

  @Override
  public Future<Void> withdraw(String address) {
    return UserContext.current(vertx).follow(bridge.withdraw(Addresses.require(address)));
  }

  @Override
  public Future<Set<String>> exports() {
    return UserContext.current(vertx).follow(bridge.exported());
  }

  @Override
  public IpcBridge pause() {
    bridge.setPaused(true);
    links.setPaused(true);
    return this;
  }

  @Override
  public IpcBridge resume() {
    bridge.setPaused(false);
    links.setPaused(false);
    return this;
  }

  @Override
  public Future<List<IpcPeer>> peers() {
    return UserContext.current(vertx)
        .follow(bridge.peers().map(peers -> peers.stream().map(IpcBridgeImpl::peer).toList()));
  }

  private static IpcPeer peer(PeerEvent e) {
    return new IpcPeer(
        e.node(),
        e.state() != PeerEvent.State.DOWN,
        e.departure() == null ? null : e.departure().toString(),
        e.exports(),
        e.queuedBytes());
  }

  // Runs on the bridge's context; user code runs later, on that of the user.
  private void tell(PeerEvent e) {
    exportWaits.announced(e.exports());
    peerHandlers.tell(peer(e));
  }

  @Override
  public IpcBridge peerHandler(Handler<IpcPeer> handler) {
    peerHandlers.add(Objects.requireNonNull(handler));
    return this;
  }

  @Override
  public IpcBridge removePeerHandler(Handler<IpcPeer> handler) {
    peerHandlers.remove(handler);
    return this;
  }

  @Override
  public Future<Void> awaitExport(String address) {
    return exportWaits.add(Addresses.require(address));
  }

  @Override
  public Future<Void> awaitExport(String address, long timeout, TimeUnit unit) {
    if (timeout <= 0) {
      throw new IllegalArgumentException("timeout " + timeout + ": 1 or more is needed");
    }
    return exportWaits.add(Addresses.require(address), timeout, unit);
  }

  @Override
  public IpcProducer sender(String address) {
    return new IpcProducer(bridge.outlet(Addresses.require(address), false));
  }

  @Override
  public IpcProducer publisher(String address) {
    return new IpcProducer(bridge.outlet(Addresses.require(address), true));
  }

  @Override
  public List<IpcBusState.Count> counters() {
    return bridge.counters().shown().all().stream()
        .map(n -> new IpcBusState.Count(n.name(), n.tags(), n.isLevel(), n.value()))
        .toList();
  }

  @Override
  public IpcStats stats() {
    Counters c = bridge.counters();
    Losses l = bridge.losses();
    return new IpcStats(
        c.sent.sum(),
        c.received.sum(),
        l.count(Loss.NOT_EXPORTED),
        l.count(Loss.QUEUE_FULL),
        l.count(Loss.CODEC),
        c.lostPeers.sum(),
        l.count(Loss.TOO_LARGE),
        l.count(Loss.NOBODY),
        l.count(Loss.NODE_GONE),
        l.count(Loss.DUPLICATE));
  }
}
