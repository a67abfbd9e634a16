package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.testing.Processes;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tests what the tool says of itself and of wrong values, without running a command. */
class CliUsageTest {
  private static final String NAME = "vertx-ipc-cli";

  private final URLClassLoader tool;

  CliUsageTest() throws IOException {
    // The tool's classes are in its own jar only.
    URL classes = Path.of("target/cli-classes/").toUri().toURL();
    tool = new URLClassLoader(new URL[] {classes}, CliUsageTest.class.getClassLoader());
  }

  @AfterEach
  void close() throws IOException {
    tool.close();
  }

  private CommandLine parser(String... arguments) throws ReflectiveOperationException {
    return (CommandLine)
        tool.loadClass("org.vertxipc.cli.VertxIpcCli")
            .getMethod("commandLine", String[].class)
            .invoke(null, (Object) arguments);
  }

  /** What a shell makes of a line: the arguments of the tool in it. */
  private static String[] arguments(String line) throws Exception {
    String function = NAME + "() { printf '%s\\n' \"$@\"; }; ";
    // What is around the tool in the line is no matter here.
    String others = "tail() { :; }; grep() { cat; }; ";
    Process shell =
        new ProcessBuilder("bash", "-c", "exec 2>&1; " + function + others + line).start();
    return Processes.output(shell).lines().toArray(String[]::new);
  }

  private static String help(CommandLine command) {
    return command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  @Test
  void theHelpOfEachCommandEndsWithAnExampleAndHasExitCodes() throws Exception {
    CommandLine parser = parser();
    int checked = 0;
    for (Map.Entry<String, CommandLine> command : parser.getSubcommands().entrySet()) {
      if (command.getValue().getCommandSpec().usageMessage().hidden()) {
        continue;
      }
      List<String> lines = help(command.getValue()).lines().toList();
      assertEquals("Example:", lines.get(lines.size() - 2), command.getKey());
      String example = lines.get(lines.size() - 1).replaceFirst(" > .*", "");
      String[] given = arguments(example);
      assertEquals(command.getKey(), given[0], example);
      assertNull(parser(given).parseArgs(given).subcommand().subcommand(), example);
      // Only one command is known to this parser, and its help is the same.
      assertEquals(
          help(command.getValue()), help(parser(given).getSubcommands().get(command.getKey())));
      for (String code : List.of("0", "1", "2", "141", "130, 143")) {
        assertTrue(lines.stream().anyMatch(l -> l.matches(" +" + code + "  .*")), code);
      }
      checked++;
    }
    assertTrue(checked >= 14, checked + " commands");
    assertTrue(help(parser).contains("Example:"), help(parser));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "request b a 1 --timeout 0 | '--timeout': '0', expected 1 or more",
        "request b a 1 --timeout x | '--timeout': 'x' is not a long",
        "request b a 1 --wait -1   | '--wait': '-1', expected 0 or more",
        "tail b a --count 0        | '--count': '0', expected 1 or more",
        "stat b --watch 0          | '--watch': '0', expected 1 or more",
        "send b a 1 --header x     | '--header': 'x', expected NAME=VALUE",
        "send b a 1 --header =x    | '--header': '=x', expected NAME=VALUE",
        "send b a 1 --headr x=y    | Unknown options: '--headr', 'x=y'",
        "publish b a*              | ADDRESS 'a*': expected an exact address",
      })
  void whatIsParsed(String line, String said) throws Exception {
    String[] given = line.split(" ", -1);
    ParameterException wrong =
        assertThrows(ParameterException.class, () -> parser(given).parseArgs(given));
    assertTrue(wrong.getMessage().contains(said), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "request b/c a 1              | BUS: found \"b/c\"",
        "send b a 1 --node c/d        | --node: found \"c/d\"",
        "tail b a --transport ring    | --transport: found \"ring\"",
        "publish b a 1 --directory x  | --directory: found \"x\"",
        "clean b --mapped-directory x | --mapped-directory: found \"x\"",
        "clean b/c                    | BUS: found \"b/c\"",
        "nodes b/c                    | BUS: found \"b/c\"",
        "stat b/c                     | BUS: found \"b/c\"",
        "errors b/c                   | BUS: found \"b/c\"",
        "addresses b --directory x    | --directory: found \"x\"",
        "buses --directory x          | --directory: found \"x\"",
        "doctor --directory x         | --directory: found \"x\"",
        "nodes b --directory x        | --directory: found \"x\"",
        "request b a {                | Not JSON: {",
      })
  void whatTheLibraryChecks(String line, String said) throws Exception {
    String[] given = line.split(" ", -1);
    StringWriter errors = new StringWriter();
    assertEquals(2, parser(given).setErr(new PrintWriter(errors)).execute(given));
    assertTrue(errors.toString().contains(said), errors.toString());
  }
}
