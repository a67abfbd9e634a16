package org.vertxipc.channel;

import java.util.regex.Pattern;

/** Names of buses and nodes, which become names of files. */
public final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private Names() {}

  /**
   * Returns whether a name is valid for a bus or a node.
   *
   * @param name the name
   * @return true for 1 to 64 letters, digits, dots, hyphens and underscores, not starting with a
   *     dot or a hyphen
   */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}
