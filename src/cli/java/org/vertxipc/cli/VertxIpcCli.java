package org.vertxipc.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** The tool. {@link Usage} has its exit codes. */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    description = "The Vert.x event bus between processes of one host, without sockets.")
public final class VertxIpcCli {
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("demo-node", DemoNodeCommand.class);
    COMMANDS.put("run", RunCommand.class);
    COMMANDS.put("request", RequestCommand.class);
    COMMANDS.put("send", SendCommand.class);
    COMMANDS.put("publish", PublishCommand.class);
    COMMANDS.put("tail", TailCommand.class);
    COMMANDS.put("nodes", NodesCommand.class);
    COMMANDS.put("addresses", AddressesCommand.class);
    COMMANDS.put("stat", StatCommand.class);
    COMMANDS.put("top", TopCommand.class);
    COMMANDS.put("errors", ErrorsCommand.class);
    COMMANDS.put("buses", BusesCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("clean", CleanCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
    COMMANDS.put("warm-up", WarmUpCommand.class);
  }

  private VertxIpcCli() {}

  /**
   * Runs it.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Each log entry takes one line, and only warnings and errors are shown: a user looks at the
    // results.
    if (!LastingLogManager.class.getModule().isNamed()) {
      // From a module that does not export it Java could not make one.
      System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    }
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
    Logger.getLogger("").setLevel(Level.WARNING);
    int exit = ExitCode.SOFTWARE;
    try {
      String[] given = Arguments.utf8(args);
      exit = commandLine(given).execute(given);
    } catch (IOException e) {
      System.err.println(
          "vertx-ipc-cli: an argument is not UTF-8, or can't be read: " + e.getMessage());
      exit = ExitCode.USAGE;
    } catch (Error e) {
      // Only exceptions are handled before. The threads of Vert.x would keep the JVM alive.
      Logger.getLogger(VertxIpcCli.class.getName()).log(Level.SEVERE, "The command failed", e);
    }
    System.exit(exit);
  }

  /**
   * Returns the parser of a command line. It knows one command when the command line begins with
   * this one, because to prepare all of them is a good part of what the tool does at its start.
   *
   * @param args the command line; without any, the parser knows all commands
   * @return the parser
   */
  public static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new VertxIpcCli()).setCommandName(Cli.NAME);
    if (args.length > 0 && COMMANDS.containsKey(args[0])) {
      line.addSubcommand(args[0], COMMANDS.get(args[0]));
    } else {
      COMMANDS.forEach(line::addSubcommand);
    }
    Usage.complete(line);
    // A body is read from a file by '@FILE'.
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler((e, command, parsed) -> Usage.exitCode(e, command));
    return line;
  }
}
