package org.vertxipc.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The tool: exit code 0 when all went well, 1 when something failed, 2 when it was called wrongly.
 */
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
    // One line for a log entry, and no more than warnings: a user looks at the results.
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
