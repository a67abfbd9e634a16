package org.vertxipc.cli;

/** Makes keys of the bytes that a terminal sends for them. */
final class TopKeys {
  /** More is to come, or the key means nothing here. */
  static final int NONE = -1;

  static final int UP = -2;
  static final int DOWN = -3;
  static final int LEFT = -4;
  static final int RIGHT = -5;
  static final int PAGE_UP = -6;
  static final int PAGE_DOWN = -7;
  static final int HOME = -8;
  static final int END = -9;

  /** What Ctrl-C and Ctrl-Z send: in raw mode they are keys, and no signals. */
  static final int CTRL_C = 3;

  static final int CTRL_Z = 26;

  private static final int ESCAPE = 27;
  private static final int LAST_OF_ASCII = 0x7f;

  /** What has come of an escape sequence; empty outside of one. */
  private final StringBuilder sequence = new StringBuilder();

  /**
   * Takes a byte.
   *
   * @return the character of the key, one of the constants here, or {@link #NONE}
   */
  int next(int b) {
    if (b == ESCAPE) {
      // Escape alone means nothing, and is forgotten when something else follows.
      sequence.setLength(0);
      sequence.append((char) b);
      return NONE;
    }
    if (sequence.length() == 0) {
      return b > LAST_OF_ASCII ? NONE : b;
    }
    if (sequence.length() == 1 && b != '[' && b != 'O') {
      sequence.setLength(0);
      return b > LAST_OF_ASCII ? NONE : b;
    }
    sequence.append((char) b);
    // Parameters come before the letter or the tilde that ends a sequence.
    if (sequence.length() == 2 || b < '@') {
      return NONE;
    }
    String all = sequence.substring(2);
    sequence.setLength(0);
    return switch (all) {
      case "A" -> UP;
      case "B" -> DOWN;
      case "C" -> RIGHT;
      case "D" -> LEFT;
      case "5~" -> PAGE_UP;
      case "6~" -> PAGE_DOWN;
      case "H", "1~", "7~" -> HOME;
      case "F", "4~", "8~" -> END;
      default -> NONE;
    };
  }
}
