package org.vertxipc.cli;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * The screen of {@code top}: which lines it has, and what the keys change of it. It knows no
 * terminal.
 */
final class TopView {
  private static final String HINTS =
      "q quit|h hide this|Up Down PgUp PgDn Home End scroll|r reverse|< > sort by another column,"
          + " or by:";
  private static final String GAP = "  ";
  private static final String CUT = "…";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  // The hints take at most this part of the screen; when they need more, there are none.
  private static final int PART_OF_HINTS = 3;
  private static final int NODE_AT_LEAST = 10;
  // A column of rates stays as wide when they change.
  private static final int RATE_AT_LEAST = 5;
  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;

  private final String bus;
  private final AttributedStyle dead;
  private final AttributedStyle bad;

  private List<TopRow> rows = List.of();
  private String problem;
  private TopColumn by = TopColumn.NODE;
  private boolean reversed;
  private boolean hints = true;
  private int first;
  private int page = 1;

  TopView(String bus, boolean colours) {
    this.bus = Text.printable(bus);
    dead = colours ? PLAIN.foreground(AttributedStyle.RED) : PLAIN;
    bad = colours ? PLAIN.foreground(AttributedStyle.YELLOW) : PLAIN.bold();
  }

  /**
   * Takes what is to be shown from now on.
   *
   * @param problem what is wrong, null if nothing is
   */
  void show(List<TopRow> rows, String problem) {
    this.rows = rows;
    this.problem = problem == null ? null : Text.printable(problem);
  }

  /** Does what a key asks for. One that means nothing does nothing. */
  void press(int key) {
    switch (key) {
      case 'r' -> reversed = !reversed;
      case 'h', '?' -> hints = !hints;
      case '<', TopKeys.LEFT -> sortBeside(-1);
      case '>', TopKeys.RIGHT -> sortBeside(1);
      case TopKeys.UP, 'k' -> first--;
      case TopKeys.DOWN, 'j' -> first++;
      case TopKeys.PAGE_UP -> first -= page;
      case TopKeys.PAGE_DOWN, ' ' -> first += page;
      case TopKeys.HOME, 'g' -> first = 0;
      case TopKeys.END, 'G' -> first = rows.size();
      default ->
          Arrays.stream(TopColumn.values())
              .filter(column -> column.key == key)
              .forEach(this::sortBy);
    }
    // More than once at an end is as good as once.
    first = Math.max(0, Math.min(first, rows.size() - page));
  }

  private void sortBeside(int step) {
    List<TopColumn> all = List.of(TopColumn.values());
    sortBy(all.get(Math.max(0, Math.min(all.indexOf(by) + step, all.size() - 1))));
  }

  private void sortBy(TopColumn column) {
    if (column != by) {
      by = column;
      reversed = false;
    }
  }

  private boolean descends() {
    return by.descends() != reversed;
  }

  /**
   * Returns the lines of a screen: at most as many as it has, none of them wider than it is.
   *
   * @param time of the day
   */
  List<AttributedString> lines(int width, int height, LocalTime time) {
    Map<TopColumn, Integer> columns = columns(width);
    List<AttributedString> lines = new ArrayList<>();
    lines.add(AttributedString.EMPTY);
    lines.add(new AttributedString(totals()));
    if (problem != null) {
      lines.add(new AttributedString(problem, bad));
    }
    List<String> help = hints ? hints(columns, width) : List.of();
    if (help.size() * PART_OF_HINTS <= height) {
      help.forEach(line -> lines.add(new AttributedString(line, PLAIN.faint())));
    }
    lines.add(header(columns, width));
    page = Math.max(1, height - lines.size());
    first = Math.max(0, Math.min(first, rows.size() - page));
    Comparator<TopRow> order = by.order(descends());
    rows.stream()
        .sorted(order)
        .skip(first)
        .limit(page)
        .forEach(row -> lines.add(line(row, columns)));
    lines.set(0, new AttributedString(title(width, TIME.format(time)), PLAIN.bold()));
    return lines.stream()
        .limit(height)
        .map(line -> line.columnLength() > width ? line.columnSubSequence(0, width) : line)
        .toList();
  }

  private String title(int width, String time) {
    long alive = rows.stream().filter(row -> row.node().alive()).count();
    StringBuilder title = new StringBuilder(bus);
    title.append(": ").append(Text.number(alive)).append(" alive");
    title.append(", ").append(Text.number(rows.size() - alive)).append(" dead");
    title.append(GAP).append("by ").append(by.title);
    title.append(descends() ? ", descending" : ", ascending");
    if (rows.size() > page) {
      title.append(GAP).append("nodes ").append(Text.number(first + 1));
      title.append(" to ").append(Text.number(Math.min(first + page, rows.size())));
    }
    int room = width - columns(title.toString()) - time.length();
    return room < GAP.length() ? title.toString() : title + " ".repeat(room) + time;
  }

  private String totals() {
    return String.join(
        GAP,
        "out " + total(TopRow::sent) + "/s, " + total(TopRow::bytesSent) + " B/s",
        "in " + total(TopRow::received) + "/s, " + total(TopRow::bytesReceived) + " B/s",
        "lost " + total(TopRow::lost),
        "waiting " + total(TopRow::waiting) + " B",
        "pending " + total(TopRow::pending));
  }

  private String total(Function<TopRow, Number> figure) {
    List<Number> known = rows.stream().map(figure).filter(Objects::nonNull).toList();
    return known.isEmpty()
        ? TopColumn.UNKNOWN
        : Text.compact(known.stream().mapToDouble(Number::doubleValue).sum());
  }

  /** Which keys there are, in lines. */
  private static List<String> hints(Map<TopColumn, Integer> columns, int width) {
    List<String> words = new ArrayList<>(List.of(HINTS.split("\\|", -1)));
    List<String> hidden = new ArrayList<>();
    for (TopColumn column : TopColumn.values()) {
      words.add((char) column.key + " " + column.title);
      if (!columns.containsKey(column)) {
        hidden.add(column.title);
      }
    }
    if (!hidden.isEmpty()) {
      words.add("(no room for " + String.join(", ", hidden) + ")");
    }
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (line.length() > 0 && line.length() + GAP.length() + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? GAP : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** Which columns there is room for, and how wide each is. */
  private Map<TopColumn, Integer> columns(int width) {
    Map<TopColumn, Integer> columns = new EnumMap<>(TopColumn.class);
    for (TopColumn column : TopColumn.values()) {
      int widest = rows.stream().mapToInt(row -> columns(column.text(row))).max().orElse(0);
      boolean changes = column.title.contains("/s");
      int least = Math.max(column.title.length(), changes ? RATE_AT_LEAST : 0);
      columns.put(column, Math.max(least, widest));
    }
    // A long name may take a third, and what the others leave.
    int name = columns.get(TopColumn.NODE);
    int some = Math.min(name, Math.max(NODE_AT_LEAST, width / 3));
    columns.put(TopColumn.NODE, some);
    List<TopColumn> least = new ArrayList<>(List.of(TopColumn.values()));
    least.removeAll(List.of(TopColumn.NODE, by));
    least.sort(Comparator.comparingInt(column -> column.importance));
    for (TopColumn column : least) {
      if (sum(columns) > width) {
        columns.remove(column);
      }
    }
    int left = Math.max(0, width - sum(columns));
    columns.put(TopColumn.NODE, Math.min(name, some + left));
    return columns;
  }

  private static int sum(Map<TopColumn, Integer> columns) {
    return columns.values().stream().mapToInt(w -> w + GAP.length()).sum() - GAP.length();
  }

  /** The title of the column by which the rows are sorted stands out. */
  private AttributedString header(Map<TopColumn, Integer> columns, int width) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    columns.forEach(
        (column, wide) -> {
          line.append(line.length() == 0 ? "" : GAP, PLAIN.inverse());
          line.append(
              cell(column, column.title, wide),
              column == by ? PLAIN.inverse().bold().underline() : PLAIN.inverse());
        });
    int room = width - line.columnLength();
    return line.append(" ".repeat(Math.max(0, room)), PLAIN.inverse()).toAttributedString();
  }

  private AttributedString line(TopRow row, Map<TopColumn, Integer> columns) {
    AttributedStyle usual = row.node().alive() ? PLAIN : dead;
    AttributedStringBuilder line = new AttributedStringBuilder();
    columns.forEach(
        (column, width) -> {
          boolean isLoss = column == TopColumn.LOST && row.lost() != null && row.lost() > 0;
          line.append(line.length() == 0 ? "" : GAP, usual);
          line.append(cell(column, column.text(row), width), isLoss ? bad : usual);
        });
    return line.toAttributedString();
  }

  /** A text that is as wide as its column. */
  private static String cell(TopColumn column, String text, int width) {
    String fits = text;
    if (columns(text) > width) {
      // A wide character may leave one column more.
      fits = new AttributedString(text).columnSubSequence(0, width - 1) + CUT;
    }
    String padding = " ".repeat(width - columns(fits));
    return column.isOfNumbers() ? padding + fits : fits + padding;
  }

  /** How many columns of a screen a text takes: East Asian characters take two. */
  private static int columns(String text) {
    return new AttributedString(text).columnLength();
  }
}
