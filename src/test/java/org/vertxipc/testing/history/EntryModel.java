package org.vertxipc.testing.history;

import java.util.Optional;

/** What a map has for one key: a value, or {@link #ABSENT}. */
final class EntryModel implements Model<String> {
  /** In place of a value: there is none. */
  static final String ABSENT = "-";

  @Override
  public String initial() {
    return ABSENT;
  }

  @Override
  public Optional<String> step(String value, Operation op) {
    boolean present = !value.equals(ABSENT);
    return switch (op.call()) {
      case "get" -> Model.after(op, value, value);
      case "put" -> Model.after(op, YES, argument(op, 0));
      case "remove" -> Model.after(op, value, ABSENT);
      case "replace" -> Model.after(op, value, present ? argument(op, 0) : ABSENT);
      case "putIfAbsent" -> Model.after(op, value, present ? value : argument(op, 0));
      case "replaceIfPresent" -> ifEqual(op, value, argument(op, 1));
      case "removeIfPresent" -> ifEqual(op, value, ABSENT);
      default -> throw new IllegalArgumentException("an entry has no " + op.call());
    };
  }

  private static Optional<String> ifEqual(Operation op, String value, String next) {
    boolean equal = !value.equals(ABSENT) && value.equals(argument(op, 0));
    return equal ? Model.after(op, YES, next) : Model.after(op, NO, value);
  }

  private static String argument(Operation op, int index) {
    return op.arguments().get(index);
  }
}
