package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of the addresses that peers announce code here may use. */
final class Imports {
  private final Set<String> exact = new HashSet<>();
  private final List<String> prefixes = new ArrayList<>();

  Imports(List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.endsWith(".*")) {
        prefixes.add(pattern.substring(0, pattern.length() - 1));
      } else {
        exact.add(pattern);
      }
    }
  }

  boolean matches(String address) {
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
