package org.vertxipc.cli;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Send a request, or each line of standard input as one; print replies as JSON.")
final class RequestCommand implements Callable<Integer> {
  @Mixin MessageOptions given;

  @Mixin JsonOutput json;

  private final Output out = new Output();
  private final DeliveryOptions options = new DeliveryOptions();

  @Spec CommandSpec spec;

  @Option(
      names = "--timeout",
      paramLabel = "MILLIS",
      defaultValue = "30000",
      description = "How long to wait for a reply (default: ${DEFAULT-VALUE}).")
  void setTimeout(long millis) {
    if (millis < 1) {
      throw Cli.invalid(spec, "--timeout", millis, "1 or more");
    }
    options.setSendTimeout(millis);
  }

  @Override
  public Integer call() throws Exception {
    Object message = given.isLines() ? null : given.message();
    if (given.headers != null) {
      options.setHeaders(given.headers);
    }
    Vertx vertx = Cli.vertx();
    try {
      IpcBridge bridge = given.join.joinAsClient(vertx);
      try {
        if (given.isLines()) {
          Lines lines = given.lines();
          for (byte[] line = lines.next(); line != null; line = lines.next()) {
            request(vertx, Cli.message(line));
          }
        } else {
          request(vertx, message);
        }
      } finally {
        Cli.await(bridge.close());
      }
    } finally {
      Cli.await(vertx.close());
    }
    return 0;
  }

  private void request(Vertx vertx, Object message) throws Exception {
    Object reply =
        Cli.await(vertx.eventBus().<Object>request(given.join.address, message, options)).body();
    out.print(json.text(reply));
  }
}
