package org.vertxipc.cli;

import java.util.Comparator;
import java.util.function.Function;

/** The columns of {@code top}, from the left to the right, with the keys that sort by them. */
@SuppressWarnings("ImmutableEnumChecker") // Its functions keep nothing.
enum TopColumn {
  NODE('n', "NODE", 13, row -> row.node().name(), v -> Text.printable((String) v)),
  STATE('a', "STATE", 12, row -> row.node().alive() ? "alive" : "dead", Object::toString),
  PID('N', "PID", 2, row -> row.node().pid() == 0 ? null : row.node().pid(), Object::toString),
  TRANSPORT('t', "TRANSPORT", 3, row -> row.node().transport(), v -> Text.printable((String) v)),
  UPTIME('u', "UPTIME", 1, TopRow::uptimeMillis, v -> Text.duration((Long) v)),
  PEERS('p', "PEERS", 4, TopRow::peers, v -> Text.number((Integer) v)),
  SENT('o', "OUT/s", 11, TopRow::sent, v -> Text.compact((Double) v)),
  RECEIVED('i', "IN/s", 10, TopRow::received, v -> Text.compact((Double) v)),
  BYTES_SENT('O', "OUT B/s", 6, TopRow::bytesSent, v -> Text.compact((Double) v)),
  BYTES_RECEIVED('I', "IN B/s", 5, TopRow::bytesReceived, v -> Text.compact((Double) v)),
  LOST('l', "LOST", 9, TopRow::lost, v -> Text.number((Long) v)),
  WAITING('w', "WAITING", 8, TopRow::waiting, v -> Text.compact((Long) v)),
  PENDING('d', "PENDING", 7, TopRow::pending, v -> Text.number((Long) v));

  static final String UNKNOWN = "-";

  /** Which key sorts by it. */
  final int key;

  final String title;

  /** Those with the least are left out first when the screen is narrow. */
  final int importance;

  private final Function<TopRow, Comparable<?>> value;
  private final Function<Object, String> text;

  TopColumn(
      int key,
      String title,
      int importance,
      Function<TopRow, Comparable<?>> value,
      Function<Object, String> text) {
    this.key = key;
    this.title = title;
    this.importance = importance;
    this.value = value;
    this.text = text;
  }

  boolean isOfNumbers() {
    return this != NODE && this != STATE && this != TRANSPORT;
  }

  /**
   * Returns whether the usual order is from the largest down: dead nodes are what one looks for.
   */
  boolean descends() {
    return isOfNumbers() || this == STATE;
  }

  String text(TopRow row) {
    Object known = value.apply(row);
    return known == null ? UNKNOWN : text.apply(known);
  }

  /** Returns an order of rows, in which what is not known comes last. */
  Comparator<TopRow> order(boolean descending) {
    @SuppressWarnings("unchecked")
    Comparator<Comparable<?>> natural =
        (a, b) -> ((Comparable<Object>) (Comparable<?>) a).compareTo(b);
    return Comparator.comparing(
        value, Comparator.nullsLast(descending ? natural.reversed() : natural));
  }
}
