package org.vertxipc.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script with which bash completes the command line.")
final class CompletionCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    new Output().print(AutoComplete.bash(Cli.NAME, VertxIpcCli.commandLine()));
    return 0;
  }
}
