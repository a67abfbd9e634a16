package org.vertxipc.cli;

import java.util.logging.LogManager;

/**
 * Logs until the process has ended: Java's own log manager drops its handlers as soon as the
 * process begins to end, and with them what is said while a command closes what it has opened. The
 * handlers of this tool need no closing, because they keep nothing back.
 */
public final class LastingLogManager extends LogManager {
  /** Made by {@link LogManager} itself, because a system property names this class. */
  public LastingLogManager() {}

  @Override
  public void reset() {
    // The handlers stay.
  }
}
