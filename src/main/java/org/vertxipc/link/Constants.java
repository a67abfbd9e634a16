package org.vertxipc.link;

import java.util.Locale;

/** Converts names in options to enum constants. */
final class Constants {
  private Constants() {}

  /** Returns the constant {@code DROP_OLDEST} for {@code drop-oldest}. */
  static <E extends Enum<E>> E of(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
