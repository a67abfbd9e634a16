package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The addresses that this node lets others reach, each under a number. A number is never used for
 * another address: a message that is under way when an address is withdrawn goes nowhere else.
 */
final class Exports {
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<String> addresses = new ArrayList<>(List.of(""));

  /** Gives the number of a new export, or 0 when it is one already. */
  int add(String address) {
    if (numbers.containsKey(address)) {
      return 0;
    }
    int number = addresses.size();
    numbers.put(address, number);
    addresses.add(address);
    return number;
  }

  /** Gives the number of what was an export, or 0 when it was none. */
  int remove(String address) {
    Integer number = numbers.remove(address);
    if (number == null) {
      return 0;
    }
    addresses.set(number, null);
    return number;
  }

  /** The address under a number that a peer gave, or null when there is none. */
  String address(int number) {
    return number > 0 && number < addresses.size() ? addresses.get(number) : null;
  }

  Map<String, Integer> numbers() {
    return numbers;
  }

  Set<String> addresses() {
    return Set.copyOf(numbers.keySet());
  }
}
