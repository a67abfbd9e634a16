package org.vertxipc.machine;

/** When an entry of a map is set. */
public enum Condition {
  /** Whatever is there. */
  ALWAYS(1),
  /** When there is none. */
  ABSENT(2),
  /** When there is one. */
  PRESENT(3),
  /** When there is one of an expected value. */
  EQUAL(4);

  private static final Condition[] ALL = values();

  private final int number;

  Condition(int number) {
    this.number = number;
  }

  boolean holds(Bytes found, Bytes expected) {
    return switch (this) {
      case ALWAYS -> true;
      case ABSENT -> found == null;
      case PRESENT -> found != null;
      case EQUAL -> found != null && found.equals(expected);
    };
  }

  int number() {
    return number;
  }

  static Condition of(int number) {
    for (Condition condition : ALL) {
      if (condition.number == number) {
        return condition;
      }
    }
    throw new BadCommandException("a condition of number " + number);
  }
}
