package org.vertxipc.cli;

/**
 * What the doctor says of one thing.
 *
 * @param level whether a bus works here
 * @param check what was looked at
 * @param found what it is like
 * @param advice what to do about it, null when nothing has to be done
 */
record Finding(Level level, String check, String found, String advice) {
  /** How bad it is, as it is printed. */
  enum Level {
    OK("ok"),
    /** Something works worse, or only for some. */
    WARN("warn"),
    /** No node can run here. */
    FAIL("FAIL");

    private final String shown;

    Level(String shown) {
      this.shown = shown;
    }

    String shown() {
      return shown;
    }
  }

  static Finding ok(String check, String found) {
    return new Finding(Level.OK, check, found, null);
  }

  static Finding warn(String check, String found, String advice) {
    return new Finding(Level.WARN, check, found, advice);
  }

  static Finding fail(String check, String found, String advice) {
    return new Finding(Level.FAIL, check, found, advice);
  }
}
