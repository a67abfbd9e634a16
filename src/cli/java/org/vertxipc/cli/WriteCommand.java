package org.vertxipc.cli;

import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends or publishes one message, or each line of standard input. */
abstract class WriteCommand implements Callable<Integer> {
  @Mixin JoinOptions join;

  @Mixin InputOptions input;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON|-",
      defaultValue = "null",
      description = "The body as JSON; '-' for each line of standard input as a string.")
  String body;

  @Spec CommandSpec spec;

  abstract IpcProducer producer(IpcBridge bridge);

  @Override
  public Integer call() throws Exception {
    Object message = body.equals("-") ? null : Cli.parseJson(body, spec);
    Vertx vertx = Cli.vertx();
    try {
      IpcBridge bridge = join.joinAsClient(vertx);
      try {
        Feeder feeder = new Feeder(producer(bridge));
        if (body.equals("-")) {
          feeder.feed(input.lines());
        } else {
          feeder.write(message);
          feeder.finish();
        }
      } finally {
        Cli.await(bridge.close());
      }
    } finally {
      Cli.await(vertx.close());
    }
    return 0;
  }
}
