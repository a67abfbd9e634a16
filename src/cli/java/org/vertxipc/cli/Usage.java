package org.vertxipc.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What all commands say of themselves in the same way: exit codes, an example, errors. */
final class Usage {
  private static final String FAILURE = " 1";
  private static final String WRONG = "Invalid vertx-ipc configuration:";

  private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();
  // What 1 means, where it is not a failure alone.
  private static final Map<String, String> FINDINGS = new LinkedHashMap<>();
  private static final Map<String, String> EXAMPLES = new LinkedHashMap<>();
  // Where an option is in the configuration: the library names it so.
  private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

  static {
    EXIT_CODES.put(" 0", "Success.");
    EXIT_CODES.put(FAILURE, "A failure, which standard error explains.");
    EXIT_CODES.put(" 2", "Wrong usage.");
    EXIT_CODES.put(
        Integer.toString(ClosedOutputException.EXIT_CODE),
        "Nobody reads the standard output any more.");
    EXIT_CODES.put("130, 143", "Ended by SIGINT (Ctrl-C), by SIGTERM.");

    FINDINGS.put("errors", "Something is shown, or a failure, which standard error explains.");
    FINDINGS.put("doctor", "Something fails, or a failure, which standard error explains.");

    EXAMPLES.put("", "%1$s tail shop orders.new --count 1");
    EXAMPLES.put("demo", "%1$s demo --transport shm");
    EXAMPLES.put("run", "%1$s run conf/links.json");
    EXAMPLES.put("request", "%1$s request shop prices.quote '{\"sku\": 7}' --header tenant=north");
    EXAMPLES.put("send", "%1$s send shop orders.new @order.json");
    EXAMPLES.put("publish", "tail -n 100 app.log | %1$s publish shop logs -");
    EXAMPLES.put("tail", "%1$s tail shop logs --raw | grep ERROR");
    EXAMPLES.put("nodes", "%1$s nodes shop");
    EXAMPLES.put("addresses", "%1$s addresses shop");
    EXAMPLES.put("stat", "%1$s stat shop pricing --watch 1");
    EXAMPLES.put("top", "%1$s top shop");
    EXAMPLES.put("errors", "%1$s errors shop --json");
    EXAMPLES.put("buses", "%1$s buses --json");
    EXAMPLES.put("doctor", "%1$s doctor --group shop");
    EXAMPLES.put("clean", "%1$s clean shop --dry-run");
    EXAMPLES.put("completion", "%1$s completion > %1$s.bash");

    OPTIONS.put("/bus/name", "BUS");
    OPTIONS.put("/bus/node", "--node");
    OPTIONS.put("/bus/transport", "--transport");
    OPTIONS.put("/bus/directory", "--directory");
    OPTIONS.put("/bus/mapped/directory", "--mapped-directory");
    OPTIONS.put("/bus/group", "--group");
    OPTIONS.put("/name", "BUS");
    OPTIONS.put("/directory", "--directory");
    OPTIONS.put("/group", "--group");
  }

  private Usage() {}

  /** Adds exit codes, and an example, to the help of all commands. */
  static void complete(CommandLine line) {
    complete("", line);
    line.getSubcommands().forEach(Usage::complete);
  }

  private static void complete(String name, CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    Map<String, String> codes = new LinkedHashMap<>(EXIT_CODES);
    codes.computeIfPresent(FAILURE, (code, usual) -> FINDINGS.getOrDefault(name, usual));
    usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    if (EXAMPLES.containsKey(name)) {
      usage.footerHeading("%nExample:%n");
      usage.footer("  " + EXAMPLES.get(name).formatted(Cli.NAME));
    }
  }

  /** Says why a command has failed; returns its exit code. */
  static int exitCode(Exception e, CommandLine command) {
    if (e instanceof ClosedOutputException) {
      return ClosedOutputException.EXIT_CODE;
    }
    String reason = Cli.explain(e);
    boolean wrong = e instanceof IllegalArgumentException && reason.startsWith(WRONG);
    if (wrong && !command.getCommandName().equals("run")) {
      // The configuration was made from the options: these are what the user knows.
      String said = reason.substring(WRONG.length());
      for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
        said = said.replace(" " + option.getKey() + ":", " " + option.getValue() + ":");
      }
      command.getErr().println("Invalid value for an option:" + said);
      return ExitCode.USAGE;
    }
    command.getErr().println(Cli.NAME + ": " + reason);
    return ExitCode.SOFTWARE;
  }
}
