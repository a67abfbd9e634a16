package org.vertxipc.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.Json;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Send a request, or each line of standard input as one; print replies as JSON.")
final class RequestCommand implements Callable<Integer> {
  @Mixin JoinOptions join;

  @Mixin InputOptions input;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON|-",
      defaultValue = "null",
      description = "The body as JSON; '-' for each line of standard input as a string.")
  String body;

  @Option(
      names = "--timeout",
      paramLabel = "MILLIS",
      defaultValue = "30000",
      description = "How long to wait for a reply (default: ${DEFAULT-VALUE}).")
  long timeoutMillis;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Object message = body.equals("-") ? null : Cli.parseJson(body, spec);
    Vertx vertx = Cli.vertx();
    try {
      IpcBridge bridge = join.joinAsClient(vertx);
      try {
        if (body.equals("-")) {
          Lines lines = input.lines();
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
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeoutMillis);
    Object reply =
        Cli.await(vertx.eventBus().<Object>request(join.address, message, options)).body();
    PrintStream out = System.out;
    out.println(reply instanceof Buffer b ? Json.encode(b.toString()) : Json.encode(reply));
    out.flush();
  }
}
