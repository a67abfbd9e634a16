package org.vertxipc.cli;

/** The tool. */
public final class VertxIpcCli {
  private VertxIpcCli() {}

  /**
   * Runs it.
   *
   * @param args the command line
   */
  public static void main(String[] args) {}
}
