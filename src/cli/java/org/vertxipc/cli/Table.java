package org.vertxipc.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in columns that are as wide as they must be; those of numbers end at the right. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<Object>> rows = new ArrayList<>();
  private final List<String> header;

  Table(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row: texts, numbers, and null for what is not known. */
  void row(Object... cells) {
    rows.add(Arrays.asList(cells));
  }

  /** Returns the header, and the rows. */
  List<String> lines() {
    int columns = header.size();
    List<List<String>> shown = new ArrayList<>();
    shown.add(header);
    for (List<Object> row : rows) {
      shown.add(row.stream().map(Table::text).toList());
    }
    int[] width = new int[columns];
    for (List<String> row : shown) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], length(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : shown) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(width[i] - length(row.get(i)));
        line.append(i == 0 ? "" : GAP);
        line.append(isOfNumbers(i) ? padding + row.get(i) : row.get(i) + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private boolean isOfNumbers(int column) {
    return rows.stream().map(row -> row.get(column)).allMatch(c -> c == null || c instanceof Number)
        && rows.stream().anyMatch(row -> row.get(column) != null);
  }

  private static String text(Object cell) {
    if (cell == null) {
      return "-";
    } else if (cell instanceof Double rate) {
      return Text.rate(rate);
    } else if (cell instanceof Number number) {
      return Text.number(number.longValue());
    }
    return Text.printable(cell.toString());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
