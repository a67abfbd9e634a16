package org.vertxipc.cli;

import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import picocli.CommandLine.Mixin;

/** Sends or publishes one message, or each line of standard input. */
abstract class WriteCommand implements Callable<Integer> {
  @Mixin MessageOptions given;

  abstract IpcProducer producer(IpcBridge bridge);

  @Override
  public Integer call() throws Exception {
    Object message = given.isLines() ? null : given.message();
    Vertx vertx = Cli.vertx();
    try {
      IpcBridge bridge = given.join.joinAsClient(vertx);
      try {
        Feeder feeder = new Feeder(producer(bridge), given.headers);
        if (given.isLines()) {
          feeder.feed(given.lines());
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
