package org.vertxipc.examples;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.concurrent.TimeUnit;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * From one host to another through Vert.x clustering, and on each host by the bridge: a process
 * that is not clustered reaches one that is not clustered either. Four processes, here on one
 * machine with a bus for each "host":
 *
 * <pre>
 * asker --bus 1--> gateway 1 ==cluster==> gateway 2 --bus 2--> greeter
 * </pre>
 *
 * <p>Run it with {@code greeter BUS2}, {@code gateway2 BUS2 PORT}, {@code gateway1 BUS1 PORT} and
 * {@code asker BUS1}.
 */
public final class TwoHosts {
  private static final String ADDRESS = "greetings";

  private TwoHosts() {}

  public static void main(String[] args) {
    run(args)
        .onFailure(
            e -> {
              System.err.println(e.getMessage());
              System.exit(1);
            });
  }

  private static Future<?> run(String[] args) {
    BusOptions bus = new BusOptions().setName(args[1]).setNode(args[0]);
    return switch (args[0]) {
      case "greeter" -> {
        Vertx greeter = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        greeter.eventBus().<String>consumer(ADDRESS, m -> m.reply("Hello " + m.body()));
        yield serve(greeter, bus.addExport(ADDRESS));
      }
      // What the bus of this host exports becomes a consumer of the cluster.
      case "gateway2" ->
          clustered(Integer.parseInt(args[2]))
              .compose(vertx -> serve(vertx, bus.addImport(ADDRESS)));
      // What the cluster knows is exported to the bus of this host.
      case "gateway1" ->
          clustered(Integer.parseInt(args[2]))
              .compose(vertx -> serve(vertx, bus.addExport(ADDRESS)));
      case "asker" -> ask(Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)), bus);
      default -> Future.failedFuture("greeter, gateway1, gateway2 or asker?");
    };
  }

  private static Future<IpcBridge> start(Vertx vertx, BusOptions bus) {
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(bus));
    return bridge
        .start()
        .map(bridge)
        .onSuccess(b -> System.out.println(bus.getNode() + " is on " + bus.getName()));
  }

  /** Runs until Ctrl-C, then leaves the bus normally. */
  private static Future<IpcBridge> serve(Vertx vertx, BusOptions bus) {
    return start(vertx, bus)
        .onSuccess(
            bridge -> {
              Runnable close =
                  () -> bridge.close().toCompletionStage().toCompletableFuture().join();
              Runtime.getRuntime().addShutdownHook(new Thread(close));
            });
  }

  private static Future<?> ask(Vertx vertx, BusOptions bus) {
    return start(vertx, bus.addImport(ADDRESS))
        .compose(
            bridge ->
                bridge
                    .awaitExport(ADDRESS, 60, TimeUnit.SECONDS)
                    .compose(v -> vertx.eventBus().<String>request(ADDRESS, "from the other host"))
                    .onSuccess(reply -> System.out.println(reply.body()))
                    .eventually(bridge::close))
        .onSuccess(reply -> System.exit(0));
  }

  private static Future<Vertx> clustered(int port) {
    Config config = new Config();
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.getNetworkConfig().setPort(port);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + port);
    return Vertx.builder()
        .with(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }
}
