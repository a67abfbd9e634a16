package org.vertxipc;

import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.cluster.ClusterCounter;
import org.vertxipc.cluster.ClusterLocks;
import org.vertxipc.cluster.ClusterMap;
import org.vertxipc.cluster.ClusterNode;
import org.vertxipc.cluster.ClusterSyncMap;
import org.vertxipc.cluster.Values;
import org.vertxipc.machine.Bytes;
import org.vertxipc.machine.MemberCommand;
import org.vertxipc.machine.Members.Member;
import org.vertxipc.machine.RegistrationCommand;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.options.OptionsCheck;
import org.vertxipc.stream.StreamTransport;
import org.vertxipc.wire.SerializableBodies;

/**
 * The cluster manager of the processes of one host: no server, no port, no socket. Processes that
 * name the same bus are a cluster.
 *
 * <pre>{@code
 * Vertx.builder()
 *     .withClusterManager(new IpcClusterManager())
 *     .buildClustered();
 * }</pre>
 *
 * <p>Vert.x gets the transport that this needs by itself. What was acknowledged is seen by every
 * node that reads afterwards, and stays as long as one node lives. A manager is for one Vert.x, and
 * is thread-safe.
 */
public final class IpcClusterManager implements ClusterManager {
  private static final String USED =
      "an IpcClusterManager is for one Vert.x, which joins once: make another one";

  private final IpcClusterOptions options;
  private final String nodeId = UUID.randomUUID().toString();
  private final ClusterEvents events = new ClusterEvents(nodeId);
  private final Values values;
  private VertxInternal vertx;
  private ClusterNode node;
  private ClusterLocks locks;
  private Runnable endReading = () -> {};
  // Vert.x that were built with this manager although another one has it already.
  private final AtomicInteger refused = new AtomicInteger();
  private volatile NodeInfo info;
  private volatile boolean active;

  /** Creates a manager with defaults. */
  public IpcClusterManager() {
    this(new IpcClusterOptions());
  }

  /**
   * Creates a manager.
   *
   * @param options which cluster, and how
   * @throws IllegalArgumentException naming every option that is wrong, what was found and what is
   *     accepted
   */
  public IpcClusterManager(IpcClusterOptions options) {
    OptionsCheck.cluster(options);
    this.options = new IpcClusterOptions(options);
    this.values = new Values(serializable());
  }

  private SerializableBodies serializable() {
    if (options.getSerializable() != null) {
      return SerializableBodies.of(options.getSerializable());
    }
    return options.getGroup() == null ? SerializableBodies.ANY : SerializableBodies.NONE;
  }

  /** The options of the transport that this needs. */
  IpcTransportOptions transport() {
    return options.transport();
  }

  @Override
  public void init(Vertx created) {
    if (vertx == null) {
      vertx = (VertxInternal) created;
    } else {
      refused.incrementAndGet();
    }
  }

  /** The bus of a cluster. */
  static BusConfig config(IpcClusterOptions options) {
    BusOptions bus =
        new BusOptions()
            .setName(options.getName())
            .setDirectory(options.getDirectory())
            .setMode(options.getMode())
            .setGroup(options.getGroup());
    return new BusConfig(bus, null);
  }

  @Override
  public void join(Completable<Void> promise) {
    if (refused.get() > 0) {
      promise.fail(new IllegalStateException(USED));
      return;
    }
    if (!(vertx.transport() instanceof StreamTransport transport)) {
      promise.fail(
          new IllegalStateException(
              "IpcClusterManager needs a Vert.x that was built with IpcTransport: give the builder"
                  + " the manager itself, or .withTransport(IpcTransport.create(new"
                  + " IpcTransportOptions().setNetwork(false)))"));
      return;
    }
    vertx
        .<Void>executeBlocking(
            () -> {
              join(transport);
              return null;
            },
            false)
        .onComplete(promise);
  }

  private synchronized void join(StreamTransport transport) throws Exception {
    if (node != null) {
      throw new IllegalStateException(USED);
    }
    requireSamePlace(transport);
    ClusterNode created = new ClusterNode(nodeId, vertx.createEventLoopContext(), events);
    locks = new ClusterLocks(vertx, created, nodeId);
    events.of(created, locks);
    created.join(config(options), options.getLogBytes());
    node = created;
    active = true;
    events.awaitTold();
    endReading = transport.beforeReading(created::catchUp);
  }

  /** Else members would know each other, and no message would come. */
  private void requireSamePlace(StreamTransport transport) throws IOException {
    BusConfig config = config(options);
    Path own = config.directory().resolve(config.bus());
    if (!own.equals(transport.place())) {
      throw new IllegalStateException(
          "IpcClusterManager is at "
              + own
              + ", and the IpcTransport of its Vert.x at "
              + transport.place()
              + ": give both the same name and directory, or leave out withTransport");
    }
  }

  @Override
  public void leave(Completable<Void> promise) {
    // A Vert.x that could not join leaves at once, which is not to end the one that could.
    if (refused.getAndUpdate(many -> Math.max(0, many - 1)) > 0) {
      promise.succeed();
      return;
    }
    vertx
        .<Void>executeBlocking(
            () -> {
              leave();
              return null;
            },
            false)
        .onComplete(promise);
  }

  private synchronized void leave() {
    active = false;
    if (node != null) {
      endReading.run();
      node.leave();
      locks.failAll(new IllegalStateException("this node has left the cluster"));
      events.close();
    }
  }

  @Override
  public boolean isActive() {
    return active && node.broken() == null;
  }

  @Override
  public String getNodeId() {
    return nodeId;
  }

  /**
   * Returns the members, as they were when {@link NodeListener} was last told of one: all nodes see
   * the same members at the same event.
   */
  @Override
  public List<String> getNodes() {
    return events.members();
  }

  @Override
  public void nodeListener(NodeListener listener) {
    events.nodeListener(listener);
  }

  @Override
  public void setNodeInfo(NodeInfo nodeInfo, Completable<Void> promise) {
    JsonObject json =
        new JsonObject()
            .put("host", nodeInfo.host())
            .put("port", nodeInfo.port())
            .put("metadata", nodeInfo.metadata());
    node.submit(
        new MemberCommand.Info(nodeId, new Bytes(json.toBuffer().getBytes())),
        (known, failure) -> {
          if (failure != null) {
            promise.fail(failure);
          } else if (known) {
            info = nodeInfo;
            promise.succeed();
          } else {
            promise.fail("this node is not a member of the cluster");
          }
        });
  }

  @Override
  public NodeInfo getNodeInfo() {
    return info;
  }

  @Override
  public void getNodeInfo(String id, Completable<NodeInfo> promise) {
    NodeInfo found;
    try {
      Member member = node.read(machine -> machine.members().get(id));
      if (member == null || member.info() == null) {
        promise.fail("node " + id + " is not a member of the cluster");
        return;
      }
      JsonObject json = new JsonObject(Buffer.buffer(member.info().array()));
      found =
          new NodeInfo(
              json.getString("host"), json.getInteger("port"), json.getJsonObject("metadata"));
    } catch (RuntimeException e) {
      promise.fail(e);
      return;
    }
    promise.succeed(found);
  }

  @Override
  public String clusterHost() {
    // A name that no other host has any use for: without a network it is only a text.
    return "127.0.0.1";
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    events.registrationListener(listener);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (registration.localOnly()) {
      events.addLocal(address, registration);
      promise.succeed();
      return;
    }
    node.submit(
        new RegistrationCommand.Register(address, nodeId, registration.seq()),
        (added, failure) -> {
          if (failure != null) {
            promise.fail(failure);
          } else if (added) {
            promise.succeed();
          } else {
            promise.fail("this node is not a member of the cluster");
          }
        });
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (registration.localOnly()) {
      events.removeLocal(address, registration);
      promise.succeed();
      return;
    }
    node.submit(
        new RegistrationCommand.Unregister(address, nodeId, registration.seq()),
        (removed, failure) -> {
          if (failure == null || !isActive()) {
            // Whoever is out of the cluster has no registrations any more.
            promise.succeed();
          } else {
            promise.fail(failure);
          }
        });
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    List<RegistrationInfo> found;
    try {
      node.catchUp();
      found = events.registrations(address);
    } catch (RuntimeException e) {
      promise.fail(e);
      return;
    }
    promise.succeed(found);
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
    promise.succeed(new ClusterMap<>(vertx, node, values, name));
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return new ClusterSyncMap<>(node, values, name);
  }

  @Override
  public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
    locks.acquire(name, timeout, promise);
  }

  @Override
  public void getCounter(String name, Completable<Counter> promise) {
    promise.succeed(new ClusterCounter(vertx, node, name));
  }
}
