package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.vertxipc.bridge.Bridge;
import org.vertxipc.bridge.BridgeConfig;
import org.vertxipc.bridge.Counters;
import org.vertxipc.bridge.PeerEvent;
import org.vertxipc.bus.BusCleaner;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.TransportConfig;
import org.vertxipc.channel.descriptor.MqueueConfig;
import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.channel.ring.RingTransport;
import org.vertxipc.channel.ring.SysvConfig;
import org.vertxipc.channel.ring.SysvKey;
import org.vertxipc.link.Links;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.store.StoreConfig;
import org.vertxipc.wire.SerializableBodies;

/** Turns options into a bridge, and what the bridge says into the public types. */
final class IpcBridgeImpl implements IpcBridge, Shareable {
  private static final String MAP = "vertx-ipc.bridges";

  private final Vertx vertx;
  private final String bus;
  private final String node;
  private final boolean onBus;
  private final Bridge bridge;
  private final Links links;

  IpcBridgeImpl(Vertx vertx, IpcBridgeOptions options) {
    ConfigSchema.require(options.toJson());
    IpcBridgeOptions.requireLinks(options.getLinks());
    BusOptions o = options.getBus();
    this.onBus = options.hasBus();
    if (onBus) {
      List<String> errors = o.accessErrors();
      if (o.getTransport().equals(RingTransport.MAPPED) && o.getNode() == null) {
        errors.add("/bus/node: missing, transport mapped needs it: messages wait for a name");
      }
      ConfigSchema.fail(errors);
    }
    this.vertx = vertx;
    this.bus = o.getName();
    this.node = o.getNode() != null ? o.getNode() : defaultNode();
    ContextInternal context = eventLoop((VertxInternal) vertx);
    // Binding the C library takes a while: it is under way when the bridge is started, which is
    // where a failure shows.
    vertx.executeBlocking(Executors.callable(Posix::load), false);
    this.bridge = new Bridge(context, config(o, node));
    this.links = new Links(context, LinkConfigs.of(options.getLinks()));
  }

  private static String defaultNode() {
    return String.format(
        "node-%d-%08x", ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
  }

  private static ContextInternal eventLoop(VertxInternal vertx) {
    ContextInternal context = vertx.getOrCreateContext().unwrap();
    return context.threadingModel() == ThreadingModel.EVENT_LOOP
        ? context
        : vertx.contextBuilder().build();
  }

  static Future<List<String>> clean(
      Vertx vertx, BusOptions options, boolean stores, boolean dryRun) {
    ConfigSchema.require(new IpcBridgeOptions().setBus(options).toJson());
    ConfigSchema.fail(options.accessErrors());
    return vertx.executeBlocking(
        () -> new BusCleaner(busConfig(options, defaultNode())).clean(stores, dryRun));
  }

  private static BridgeConfig config(BusOptions o, String node) {
    return new BridgeConfig(
        busConfig(o, node),
        List.copyOf(o.getExports()),
        List.copyOf(o.getImports()),
        SerializableBodies.of(o.getSerializable()),
        o.getReplyTimeoutMillis(),
        Map.copyOf(o.getMqueue().getPriorities()));
  }

  private static BusConfig busConfig(BusOptions o, String node) {
    IdleOptions idle = o.getIdle();
    IdlePolicy policy =
        new IdlePolicy(
            IdlePolicy.Mode.valueOf(idle.getStrategy().toUpperCase(Locale.ROOT)),
            idle.getSpinMicros() * 1_000L,
            idle.getIntervalMicros() * 1_000L);
    return new BusConfig(
        access(o),
        o.getDirectory() == null ? null : Path.of(o.getDirectory()),
        o.getName(),
        node,
        o.getNode() == null,
        o.getTransport(),
        new TransportConfig(
            o.getRingBytes(), policy, o.getPipeBytes(), sysv(o), mqueue(o), mapped(o)),
        o.getMaxMessageBytes(),
        o.getSendQueueBytes(),
        o.getStartTimeoutMillis(),
        o.getCloseTimeoutMillis());
  }

  private static Access access(BusOptions o) {
    return o.getGroup() == null ? Access.OWNER : Access.group(o.getGroup());
  }

  private static SysvConfig sysv(BusOptions o) {
    SysvOptions sysv = o.getSysv();
    return new SysvConfig(
        SysvKey.parse(sysv.getKey()), Integer.parseInt(sysv.getMode(), 8), sysv.isKeepKey());
  }

  private static MqueueConfig mqueue(BusOptions o) {
    MqueueOptions mqueue = o.getMqueue();
    return new MqueueConfig(mqueue.getMaxMessages(), mqueue.getMessageBytes());
  }

  private static StoreConfig mapped(BusOptions o) {
    MappedOptions mapped = o.getMapped();
    return new StoreConfig(
        mapped.getDirectory() == null ? null : Path.of(mapped.getDirectory()),
        mapped.getFileBytes(),
        StoreConfig.Sync.valueOf(mapped.getFsync().toUpperCase(Locale.ROOT)),
        mapped.getFsyncMillis() * 1_000_000);
  }

  static IpcBridge get(Vertx vertx, String bus) {
    return bridges(vertx).get(bus);
  }

  private static LocalMap<String, IpcBridgeImpl> bridges(Vertx vertx) {
    return vertx.sharedData().getLocalMap(MAP);
  }

  @Override
  public Future<Void> start() {
    if (!onBus) {
      return links.start();
    }
    return bridge
        .start()
        .compose(v -> links.start())
        .recover(e -> bridge.stop().transform(stopped -> Future.failedFuture(e)))
        .onSuccess(v -> bridges(vertx).put(bus, this));
  }

  @Override
  public Future<Void> close() {
    if (onBus) {
      bridges(vertx).removeIfPresent(bus, this);
    }
    return links.stop().compose(v -> bridge.stop());
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Future<Void> export(String address) {
    return bridge.export(requireAddress(address));
  }

  @Override
  public Future<Void> withdraw(String address) {
    return bridge.withdraw(requireAddress(address));
  }

  private static String requireAddress(String address) {
    if (address.isEmpty()) {
      throw new IllegalArgumentException("an address of at least one character is needed");
    }
    return address;
  }

  @Override
  public Future<Set<String>> exports() {
    return bridge.exported();
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
    return bridge.peers().map(peers -> peers.stream().map(IpcBridgeImpl::peer).toList());
  }

  private static IpcPeer peer(PeerEvent e) {
    return new IpcPeer(
        e.node(), !e.state().equals("down"), e.reason(), e.exports(), e.queuedBytes());
  }

  @Override
  public IpcBridge peerHandler(Handler<IpcPeer> handler) {
    bridge.onPeerEvent(e -> handler.handle(peer(e)));
    return this;
  }

  @Override
  public Future<Void> awaitExport(String address) {
    Promise<Void> promise = Promise.promise();
    Consumer<PeerEvent> handler =
        e -> {
          if (e.exports().contains(address)) {
            promise.tryComplete();
          }
        };
    bridge.onPeerEvent(handler);
    peers()
        .onSuccess(
            peers -> {
              if (peers.stream().anyMatch(p -> p.exports().contains(address))) {
                promise.tryComplete();
              }
            })
        .onFailure(promise::tryFail);
    return promise.future().onComplete(done -> bridge.removePeerHandler(handler));
  }

  @Override
  public IpcProducer sender(String address) {
    return new IpcProducer(bridge.outlet(requireAddress(address), false));
  }

  @Override
  public IpcProducer publisher(String address) {
    return new IpcProducer(bridge.outlet(requireAddress(address), true));
  }

  @Override
  public IpcStats stats() {
    Counters c = bridge.counters();
    return new IpcStats(
        c.sent.sum(),
        c.received.sum(),
        c.refused.sum(),
        c.overflowed.sum(),
        c.undecodable.sum(),
        c.lostPeers.sum());
  }
}
