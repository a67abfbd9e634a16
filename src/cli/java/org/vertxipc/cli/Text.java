package org.vertxipc.cli;

import java.util.Locale;

/** Values as people read them. */
final class Text {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long MEBIBYTE = 1 << 20;

  private Text() {}

  /** Returns a time in its two largest units. */
  static String duration(long millis) {
    long shown = Math.max(0, millis);
    if (shown < MINUTE) {
      return shown / SECOND + " s";
    } else if (shown < HOUR) {
      return shown / MINUTE + " min " + shown % MINUTE / SECOND + " s";
    } else if (shown < DAY) {
      return shown / HOUR + " h " + shown % HOUR / MINUTE + " min";
    }
    return shown / DAY + " d " + shown % DAY / HOUR + " h";
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String rate(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
  }

  static String mebibytes(long bytes) {
    return number(bytes / MEBIBYTE) + " MiB";
  }

  /** Names come from other processes: what would move the cursor, or hide text, is written out. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean hides =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              if (hides) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }
}
