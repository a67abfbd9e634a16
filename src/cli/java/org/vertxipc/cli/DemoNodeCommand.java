package org.vertxipc.cli;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBridgeVerticle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "demo-node",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "One process of the demo.")
final class DemoNodeCommand implements Callable<Integer> {
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

  @Override
  public Integer call() throws Exception {
    // This comes before anything is started, so that no socket of ours can be among them.
    System.out.println(SocketWatch.ofTheJdk().encode());
    JsonObject config = configuration();
    config.getJsonObject("bus").put("name", bus).put("transport", transport);
    config.getJsonObject("bus").put("mapped", new JsonObject().put("directory", store));
    Vertx vertx = Cli.vertx();
    try {
      IpcBridgeVerticle verticle = new IpcBridgeVerticle();
      boolean consumer = role.equals("consumer");
      if (consumer) {
        Cli.await(vertx.deployVerticle(new DemoConsumer()));
      }
      Cli.await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
      IpcBridge bridge = verticle.bridge();
      if (!consumer) {
        Cli.await(bridge.awaitExport("demo.report"));
        Cli.await(vertx.deployVerticle(new DemoProducer()));
      }
      // The parent closes standard input when it has what it wants, or dies.
      while (System.in.read() >= 0) {
        // This waits for the end.
      }
    } finally {
      Cli.await(vertx.close());
    }
    return 0;
  }

  private JsonObject configuration() throws IOException {
    String resource = "/org/vertxipc/demo-" + role + ".json";
    try (InputStream in = DemoNodeCommand.class.getResourceAsStream(resource)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
