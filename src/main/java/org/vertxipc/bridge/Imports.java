package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which of the addresses that peers announce may be used here. A pattern is an exact
 * address; a prefix followed by {@code .*}, which matches addresses that begin with the prefix and
 * a dot and continue after it; or {@code *} alone, which matches all. An address that may not be
 * shared matches no pattern.
 */
final class Imports {
  private static final String ALL = "*";
  private static final String BELOW = ".*";

  private final Set<String> exact = new HashSet<>();
  private final List<String> prefixes = new ArrayList<>();

  Imports(List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.equals(ALL)) {
        prefixes.add("");
      } else if (pattern.endsWith(BELOW)) {
        prefixes.add(pattern.substring(0, pattern.length() - 1));
      } else {
        exact.add(pattern);
      }
    }
  }

  boolean matches(String address) {
    if (!Addresses.isShareable(address)) {
      return false; // A peer may announce anything.
    }
    if (exact.contains(address)) {
      return true;
    }
    for (String prefix : prefixes) {
      if (address.length() > prefix.length() && address.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
