package org.vertxipc.cli;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridgeVerticle;
import org.vertxipc.IpcClusterManager;
import org.vertxipc.options.IpcClusterOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "demo-node",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "One process of the demo.")
final class DemoNodeCommand implements Callable<Integer> {
  /** In place of a transport: the two are nodes of a cluster. */
  static final String CLUSTER = "cluster";

  /** In place of a transport: both parts are in one process, on its event bus alone. */
  static final String LOCAL = "local";

  private static final long RETRY_MILLIS = 20;

  @Parameters(paramLabel = "producer|consumer", description = "Its part.")
  String role;

  @Option(names = "--bus", required = true, paramLabel = "NAME", description = "Name of the bus.")
  String bus;

  @Option(
      names = "--transport",
      required = true,
      paramLabel = "NAME",
      completionCandidates = TransportNames.class,
      description = "How this process receives: ${COMPLETION-CANDIDATES}.")
  String transport;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Where messages wait, with transport mapped.")
  String store;

  @Option(
      names = "--seconds",
      defaultValue = "0.6",
      paramLabel = "SECONDS",
      description = "How long each measurement takes.")
  double seconds;

  @Override
  public Integer call() throws Exception {
    // This comes before anything is started, so that no socket of ours can be among them.
    System.out.println(SocketWatch.ofTheJdk().encode());
    Vertx vertx =
        switch (transport) {
          case CLUSTER -> clustered();
          case LOCAL -> local();
          default -> bridged();
        };
    try {
      // The parent closes standard input when it has what it wants, or dies.
      while (System.in.read() >= 0) {
        // This waits for the end.
      }
    } finally {
      Cli.await(vertx.close());
    }
    return 0;
  }

  /** Each of two processes has one loop, as each part has that is in one process with the other. */
  private static VertxOptions oneLoop() {
    return Cli.options().setEventLoopPoolSize(1);
  }

  private DemoProducer producer() {
    return new DemoProducer((long) (seconds * 1e9));
  }

  private Vertx local() throws Exception {
    Vertx vertx = Cli.vertx();
    Cli.await(vertx.deployVerticle(new DemoConsumer()));
    Cli.await(vertx.deployVerticle(producer()));
    return vertx;
  }

  private Vertx clustered() throws Exception {
    Vertx vertx =
        Cli.await(
            Vertx.builder()
                .with(oneLoop())
                .withClusterManager(new IpcClusterManager(new IpcClusterOptions().setName(bus)))
                .buildClustered());
    if (isConsumer()) {
      Cli.await(vertx.deployVerticle(new DemoConsumer()));
    } else {
      awaitConsumer(vertx);
      Cli.await(vertx.deployVerticle(producer()));
    }
    return vertx;
  }

  private static void awaitConsumer(Vertx vertx) throws Exception {
    while (true) {
      try {
        Cli.await(vertx.eventBus().request("demo.ready", ""));
        return;
      } catch (ReplyException e) {
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private boolean isConsumer() {
    return role.equals("consumer");
  }

  private Vertx bridged() throws Exception {
    JsonObject config = configuration();
    config.getJsonObject("bus").put("name", bus).put("transport", transport);
    config.getJsonObject("bus").put("mapped", new JsonObject().put("directory", store));
    Vertx vertx = Vertx.vertx(oneLoop());
    IpcBridgeVerticle verticle = new IpcBridgeVerticle();
    if (isConsumer()) {
      Cli.await(vertx.deployVerticle(new DemoConsumer()));
    }
    Cli.await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
    if (!isConsumer()) {
      Cli.await(verticle.bridge().awaitExport("demo.report"));
      Cli.await(vertx.deployVerticle(producer()));
    }
    return vertx;
  }

  private JsonObject configuration() throws IOException {
    String resource = "/org/vertxipc/demo-" + role + ".json";
    try (InputStream in = DemoNodeCommand.class.getResourceAsStream(resource)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
