package org.vertxipc.cli;

import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import picocli.CommandLine.Command;

@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    description = "Send a message, or each line of standard input, to one consumer at a time.")
final class SendCommand extends WriteCommand {
  @Override
  IpcProducer producer(IpcBridge bridge) {
    return bridge.sender(given.join.address);
  }
}
