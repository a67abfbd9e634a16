package org.vertxipc.examples;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** What the examples with a cluster share: one of processes of this machine alone. */
final class LocalCluster {
  private static final String LOOPBACK = "127.0.0.1";

  private LocalCluster() {}

  /** A cluster manager whose members meet at a port of this machine. */
  static HazelcastClusterManager manager(int port) {
    Config config = new Config();
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.getNetworkConfig().setPort(port);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(LOOPBACK);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember(LOOPBACK + ":" + port);
    return new HazelcastClusterManager(config);
  }

  /** Options of a Vert.x whose event bus is reached on this machine. */
  static VertxOptions options() {
    return new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(LOOPBACK));
  }

  /** Leaves the cluster in order when the process is asked to end. */
  static void closeAtTheEnd(Vertx vertx) {
    Runnable close = () -> vertx.close().toCompletionStage().toCompletableFuture().join();
    Runtime.getRuntime().addShutdownHook(new Thread(close));
  }
}
