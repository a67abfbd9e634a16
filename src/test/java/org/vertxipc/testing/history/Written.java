package org.vertxipc.testing.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Histories as tests write them, a line for each operation: {@code a 0 10 put 1 = yes}, that is,
 * the client, when it was invoked, when it returned, and what came of it; {@code a 0 - put 1} never
 * returned.
 */
final class Written {
  private static final int CALL = 3;

  private Written() {}

  static List<Operation> history(String object, String... lines) {
    return Arrays.stream(lines).map(line -> operation(object, line)).toList();
  }

  private static Operation operation(String object, String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    String result = null;
    long returned = Operation.NEVER;
    if (!words.get(2).equals("-")) {
      returned = Long.parseLong(words.get(2));
      result = words.remove(words.size() - 1);
      words.remove(words.size() - 1);
    }
    return new Operation(
        words.get(0),
        object,
        words.get(CALL),
        words.subList(CALL + 1, words.size()),
        result,
        Long.parseLong(words.get(1)),
        returned);
  }
}
