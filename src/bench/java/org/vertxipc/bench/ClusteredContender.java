package org.vertxipc.bench;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.TcpIpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.file.Path;
import org.vertxipc.IpcClusterManager;
import org.vertxipc.IpcTransport;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;

/**
 * Vert.x's clustered event bus: with Hazelcast over loopback, by TCP or by rings, or without a
 * network.
 */
final class ClusteredContender implements Contender {
  // Below those that the kernel gives to outgoing connections, so that nobody has them by accident.
  private static final int TCP_PORT = 25701;
  private static final int RINGS_PORT = 25721;
  private static final int MEMBERS = 6;
  // A port may be taken all the same: then the next free one is used.
  private static final int PORTS = MEMBERS + 4;

  /** What the cluster uses. */
  enum Kind {
    /** Hazelcast, and TCP for the event bus. */
    TCP,
    /** Hazelcast, and rings for the event bus. */
    RINGS,
    /** No network. */
    NO_NETWORK
  }

  private final Kind kind;
  private final Path directory;

  /**
   * A contender.
   *
   * @param kind what it uses
   * @param directory where its processes find each other
   */
  ClusteredContender(Kind kind, Path directory) {
    this.kind = kind;
    this.directory = directory;
  }

  @Override
  public Future<Void> serve(int index) {
    return clustered(index)
        .compose(
            vertx ->
                Contexts.on(
                    vertx,
                    context -> {
                      Sinks.register(vertx.eventBus());
                      return Future.succeededFuture();
                    }))
        .mapEmpty();
  }

  @Override
  public Future<Station> connect(int servers) {
    return clustered(MEMBERS - 1)
        .compose(
            vertx ->
                Contexts.on(vertx, context -> Future.succeededFuture())
                    .map(
                        context ->
                            new Station(
                                vertx,
                                context,
                                context,
                                new EventBusLane(vertx.eventBus()),
                                null)));
  }

  /** One more that comes for a moment. */
  Future<Vertx> visitor() {
    return clustered(MEMBERS - 2);
  }

  private Future<Vertx> clustered(int index) {
    return kind == Kind.NO_NETWORK
        ? Vertx.builder()
            .with(Contenders.options())
            .withClusterManager(
                new IpcClusterManager(
                    new IpcClusterOptions().setDirectory(directory.resolve("bus").toString())))
            .buildClustered()
        : withHazelcast(index);
  }

  private Future<Vertx> withHazelcast(int index) {
    Config config = new Config();
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // Members are stopped while others are measured.
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "3600");
    // The two kinds are measured side by side.
    int port = kind == Kind.TCP ? TCP_PORT : RINGS_PORT;
    config.getNetworkConfig().setPort(port + index).setPortCount(PORTS - index);
    // Members of an earlier cluster may still be about to end.
    config.setClusterName(directory.toString());
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    TcpIpConfig members = join.getTcpIpConfig().setEnabled(true);
    for (int i = 0; i < PORTS; i++) {
      members.addMember("127.0.0.1:" + (port + i));
    }
    VertxBuilder builder =
        Vertx.builder()
            .with(
                Contenders.options().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
            .withClusterManager(new HazelcastClusterManager(config));
    if (kind == Kind.RINGS) {
      builder.withTransport(
          IpcTransport.create(
              new IpcTransportOptions()
                  .setDirectory(directory.resolve("rings").toString())
                  .setRequire(true)));
    }
    return builder.buildClustered();
  }
}
