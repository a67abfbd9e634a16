package org.vertxipc.link;

import java.util.Locale;

/** The constants that options name. */
final class Constants {
  private Constants() {}

  /** The constant {@code DROP_OLDEST} for {@code drop-oldest}. */
  static <E extends Enum<E>> E of(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
