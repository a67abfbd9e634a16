package org.vertxipc.cli;

import java.io.IOException;

/** Whoever read the standard output has left, which is no failure of the tool. */
final class ClosedOutputException extends IOException {
  /** That of a program which the kernel ends by SIGPIPE; the JVM ignores this signal. */
  static final int EXIT_CODE = 141;

  private static final long serialVersionUID = 1L;

  ClosedOutputException() {
    super("standard output was closed");
  }
}
