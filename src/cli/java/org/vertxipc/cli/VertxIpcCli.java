package org.vertxipc.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The tool. Its exit code is 0 after success, 1 after a failure, 2 after wrong usage. */
@Command(
    name = "vertx-ipc-cli",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    description = "The Vert.x event bus between processes of one host, without sockets.",
    subcommands = {
      DemoCommand.class,
      DemoNodeCommand.class,
      RunCommand.class,
      RequestCommand.class,
      SendCommand.class,
      PublishCommand.class,
      TailCommand.class,
      NodesCommand.class,
      CleanCommand.class
    })
public final class VertxIpcCli {
  private VertxIpcCli() {}

  /**
   * Runs it.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Each log entry takes one line, and only warnings and errors are shown: a user looks at the
    // results.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
    Logger.getLogger("").setLevel(Level.WARNING);
    CommandLine line = new CommandLine(new VertxIpcCli());
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          command.getErr().println("vertx-ipc-cli: " + Cli.explain(e));
          return CommandLine.ExitCode.SOFTWARE;
        });
    System.exit(line.execute(args));
  }
}
