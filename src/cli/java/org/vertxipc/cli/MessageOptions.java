package org.vertxipc.cli;

import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a command sends, and where to. */
final class MessageOptions {
  private static final String LABEL = "JSON|@FILE|-";

  @Mixin JoinOptions join;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = LABEL,
      defaultValue = "null",
      description =
          "The body as JSON (default: ${DEFAULT-VALUE}); '@FILE' for the JSON in a file, '@-' for"
              + " that on standard input; '-' for each line of standard input as a string.")
  String body;

  @Option(
      names = "--keep-carriage-return",
      description =
          "With '-': a carriage return before a line feed belongs to the line, not to the line"
              + " break.")
  boolean keepCarriageReturn;

  /** Null without headers. */
  MultiMap headers;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of each message; may be repeated.")
  void addHeaders(String[] given) {
    // It is called again with all of them when there is one more.
    headers = MultiMap.caseInsensitiveMultiMap();
    for (String header : given) {
      int at = header.indexOf('=');
      if (at < 1) {
        throw Cli.invalid(spec, "--header", header, "NAME=VALUE");
      }
      headers.add(header.substring(0, at), header.substring(at + 1));
    }
  }

  /** Returns whether each line of standard input is a message. */
  boolean isLines() {
    return body.equals("-");
  }

  Lines lines() {
    return new Lines(System.in, keepCarriageReturn);
  }

  /** Returns the one message. */
  Object message() throws IOException {
    if (body.equals("@-")) {
      return JsonInput.parse("standard input", System.in.readAllBytes());
    } else if (body.startsWith("@")) {
      return JsonInput.read(Path.of(body.substring(1)));
    }
    try {
      return Json.decodeValue(body);
    } catch (DecodeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "Not JSON: " + body + " (a string needs its quotes: '\"" + body + "\"')",
          e);
    }
  }
}
