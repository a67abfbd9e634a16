package org.vertxipc.cli;

import picocli.CommandLine.Option;

/** How a command reads standard input. */
final class InputOptions {
  @Option(
      names = "--keep-carriage-return",
      description =
          "With '-': a carriage return before a line feed belongs to the line, not to the line"
              + " break.")
  boolean keepCarriageReturn;

  Lines lines() {
    return new Lines(System.in, keepCarriageReturn);
  }
}
