package org.vertxipc.cli;

import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import picocli.CommandLine.Command;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = "Publish a message, or each line of standard input, to all consumers.")
final class PublishCommand extends WriteCommand {
  @Override
  IpcProducer producer(IpcBridge bridge) {
    return bridge.publisher(given.join.address);
  }
}
