package org.vertxipc.cli;

import java.util.Locale;

/** Values as people read them. */
final class Text {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long MEBIBYTE = 1 << 20;
  private static final double THOUSAND = 1_000;
  // From here on, three digits would be shown as 1,000.
  private static final double ROUNDED_UP = 999.5;
  private static final String POWERS = " kMGTPE";

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

  /** Returns a number in at most five characters, with k, M, G.. for powers of 1,000. */
  static String compact(double value) {
    double shown = value;
    int power = 0;
    while (shown >= ROUNDED_UP && power < POWERS.length() - 1) {
      shown /= THOUSAND;
      power++;
    }
    boolean whole = shown >= 99.95 || (power == 0 && shown == Math.rint(shown));
    String digits = String.format(Locale.ROOT, whole ? "%.0f" : "%.1f", shown);
    return power == 0 ? digits : digits + POWERS.charAt(power);
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
